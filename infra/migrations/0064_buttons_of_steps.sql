-- Buttons under a brand message that was written in its campaign; a template brings its own.
ALTER TABLE campaign_steps ADD COLUMN buttons jsonb NOT NULL DEFAULT '[]';
