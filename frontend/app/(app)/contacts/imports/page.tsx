import { ImportHistory } from "@/components/imports/import-history";

export default function ImportsPage() {
  return <ImportHistory />;
}
