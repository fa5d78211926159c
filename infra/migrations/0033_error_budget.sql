-- How much of what a campaign sent failed by fault of a system, not of a person's phone.

ALTER TABLE campaign_series ADD COLUMN faulty integer NOT NULL DEFAULT 0;  -- of `failed`
ALTER TABLE campaigns ADD COLUMN resumed_at timestamptz;                   -- when it last began to send
