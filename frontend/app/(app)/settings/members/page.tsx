import { MembersScreen } from "@/components/settings/members-screen";

export default function Page() {
  return <MembersScreen />;
}
