-- Who else may see sensitive fields; marks that outlive a field's place on the list.

-- Owners and Admins see sensitive information (개인정보 보호법 제23조); other members only with this right.
ALTER TABLE members ADD COLUMN sees_sensitive boolean NOT NULL DEFAULT false;

-- A field that is taken off the list leaves its values with the contacts: it must stay sensitive.
ALTER TABLE custom_fields ADD COLUMN listed boolean NOT NULL DEFAULT true;
