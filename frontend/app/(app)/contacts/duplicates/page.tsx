import { DuplicateReview } from "@/components/duplicates/duplicate-review";

export default function DuplicatesPage() {
  return <DuplicateReview />;
}
