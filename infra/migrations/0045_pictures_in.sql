-- How many pictures came with a text; they themselves are not kept.
ALTER TABLE conversation_messages ADD COLUMN pictures smallint NOT NULL DEFAULT 0;
