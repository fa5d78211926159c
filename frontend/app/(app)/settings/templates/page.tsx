import { TemplatesScreen } from "@/components/settings/templates-screen";

export default function Page() {
  return <TemplatesScreen />;
}
