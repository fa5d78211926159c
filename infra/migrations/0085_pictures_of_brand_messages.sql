-- Pictures in Kakao brand messages: where one leads, whether its bubble is wide, and its copies at carriers.
ALTER TABLE campaign_steps
  ADD COLUMN image_link text,
  ADD COLUMN image_wide boolean NOT NULL DEFAULT false;
ALTER TABLE templates
  ADD COLUMN image_id uuid,
  ADD COLUMN image_link text,
  ADD COLUMN image_wide boolean NOT NULL DEFAULT false;
ALTER TABLE template_versions
  ADD COLUMN image_id uuid,
  ADD COLUMN image_link text,
  ADD COLUMN image_wide boolean NOT NULL DEFAULT false;

-- A carrier keeps a picture for a text, for a bubble and for a wide bubble each under an id of its own.
ALTER TABLE carrier_images
  ADD COLUMN use text NOT NULL DEFAULT 'mms' CHECK (use IN ('mms', 'brand', 'brand_wide')),
  DROP CONSTRAINT carrier_images_pkey,
  ADD PRIMARY KEY (tenant_id, image_id, account_id, use);
