import { Suspense } from "react";
import { ImportRowsScreen } from "@/components/imports/rows-screen";

export default function ImportRowsPage() {
  return (
    <Suspense>
      <ImportRowsScreen />
    </Suspense>
  );
}
