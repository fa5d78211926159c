"use client";

import { EllipsisVertical, Flame, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu";
import { useDeleteContacts } from "@/lib/contacts";
import { useCan } from "@/lib/session";
import type { ContactDetail } from "@/lib/types";
import { ContactFormDialog } from "./contact-form";
import { EraseDialog } from "./erase-dialog";

export function ContactActions({ contact, onGone }: { contact: ContactDetail; onGone: () => void }) {
  const t = useTranslations();
  const { manage } = useCan();
  const [open, setOpen] = useState<"edit" | "delete" | "erase" | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Button variant="ghost" size="icon" aria-label={t("common.edit")} onClick={() => setOpen("edit")} data-testid="contact-edit">
        <Pencil aria-hidden />
      </Button>
      <Menu
        trigger={
          <Button variant="ghost" size="icon" aria-label={t("contacts.moreActions")} data-testid="contact-menu">
            <EllipsisVertical aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => setOpen("delete")} data-testid="contact-delete">
          <Trash2 aria-hidden />
          {t("common.delete")}
        </MenuItem>
        {manage ? (
          <>
            <MenuLine />
            <MenuItem danger onSelect={() => setOpen("erase")} data-testid="contact-erase">
              <Flame aria-hidden />
              {t("privacy.erase")}
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <ContactFormDialog open={open === "edit"} onOpenChange={close} contact={contact} />
      <DeleteConfirm contact={contact} open={open === "delete"} onClose={close} onGone={onGone} />
      <EraseDialog contact={contact} open={open === "erase"} onClose={close} onGone={onGone} />
    </>
  );
}

function DeleteConfirm({ contact, open, onClose, onGone }: { contact: ContactDetail; open: boolean; onClose: () => void; onGone: () => void }) {
  const t = useTranslations();
  const remove = useDeleteContacts();
  const confirm = () =>
    remove.mutate([contact.id], {
      onSuccess: () => {
        toast.success(t("contacts.deleted"));
        onGone();
      },
    });
  return (
    <Confirm
      open={open}
      onOpenChange={(next) => !next && onClose()}
      danger
      title={t("contacts.deleteTitle")}
      description={t("contacts.deleteNote", { name: contact.name ?? t("contacts.noName") })}
      confirmLabel={t("common.delete")}
      pending={remove.isPending}
      onConfirm={confirm}
      testId="contact-delete-confirm"
    />
  );
}
