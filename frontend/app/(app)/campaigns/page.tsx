import { CampaignList } from "@/components/campaigns/campaign-list";

export default function CampaignsPage() {
  return <CampaignList />;
}
