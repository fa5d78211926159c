import { Suspense } from "react";
import { ImportWizard } from "@/components/imports/import-wizard";

export default function ImportPage() {
  return (
    <Suspense>
      <ImportWizard />
    </Suspense>
  );
}
