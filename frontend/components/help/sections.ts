/** The sections of the help page: their steps, the buttons these name, and the screens they lead to. */
const place = <N extends string>(nav: N, href: string) => ({ nav, href });

const CONTACTS = place("contacts", "/contacts");
const DUPLICATES = place("duplicates", "/contacts/duplicates");
const PRIVACY = place("privacy", "/privacy");
const MEMBERS = place("members", "/settings/members");

export const SECTIONS = [
  {
    key: "upload",
    steps: ["upload.s1", "upload.s2", "upload.s3", "upload.s4", "upload.s5"],
    words: { start: "imports.start", repaired: "imports.countRepaired", rejected: "imports.countRejected", undo: "imports.undo" },
    places: [place("imports", "/contacts/imports")],
  },
  {
    key: "find",
    steps: ["find.s1", "find.s2", "find.s3", "find.s4"],
    words: { saveView: "views.save", tag: "bulk.tag", export: "bulk.export", undoJob: "bulk.undo" },
    places: [CONTACTS, place("segments", "/segments")],
  },
  {
    key: "twice",
    steps: ["twice.s1", "twice.s2"],
    words: { merge: "duplicates.merge", apart: "duplicates.apart", split: "contacts.mergeUndo" },
    places: [DUPLICATES],
  },
  { key: "send", steps: ["send.s1", "send.s2"], words: {}, places: [place("campaigns", "/campaigns")] },
  {
    key: "calls",
    steps: ["calls.s1", "calls.s2", "calls.s3"],
    words: { optOut: "optOuts.create", request: "privacy.requestAdd" },
    places: [place("optOuts", "/opt-outs"), PRIVACY],
  },
  {
    key: "ask",
    steps: ["ask.s1", "ask.s2", "ask.s3"],
    words: { showSensitive: "members.showSensitive", export: "bulk.export" },
    places: [MEMBERS],
  },
] as const;

export type HelpSection = (typeof SECTIONS)[number];
