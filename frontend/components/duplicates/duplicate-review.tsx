export function DuplicateReview() {
  return null;
}
