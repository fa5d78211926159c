import { CandidateScreen } from "@/components/compliance/candidate-screen";

export default function Page() {
  return <CandidateScreen />;
}
