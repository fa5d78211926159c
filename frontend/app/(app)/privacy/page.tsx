import { PrivacyScreen } from "@/components/privacy/privacy-screen";

export default function Page() {
  return <PrivacyScreen />;
}
