-- How many rows of a list said that their person refuses messages, and how many that they agreed.
ALTER TABLE imports
  ADD COLUMN refusals integer NOT NULL DEFAULT 0,
  ADD COLUMN consents integer NOT NULL DEFAULT 0;
