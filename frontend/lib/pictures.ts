import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "./api";
import type { CharacterOffer, Id, Picture, PictureUse } from "./types";
import { uuid } from "./utils";

/** Pictures of MMS and brand messages: uploaded once, then shown as the server has made them fit. */
export const PICTURE_TYPES = "image/jpeg,image/png,image/gif,image/webp,image/bmp";

export function usePicture(id: Id | null) {
  return useQuery({
    queryKey: ["pictures", id],
    queryFn: () => api.get<Picture>(`/files/${id}`),
    enabled: id !== null,
    staleTime: Infinity,
  });
}

/** An address of the picture for this page only; pictures have none that a browser could open by itself. */
export function usePictureUrl(id: Id | null, use: PictureUse = "mms"): string | null {
  const content = useQuery({
    queryKey: ["pictures", id, "content", use],
    queryFn: () => api.blob(`/files/${id}/content?use=${use}`),
    enabled: id !== null,
    staleTime: Infinity,
  });
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!content.data) return;
    const made = URL.createObjectURL(content.data);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the address lives and dies with this effect
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [content.data]);
  return id === null ? null : url;
}

export function useUploadPicture() {
  const client = useQueryClient();
  const [percent, setPercent] = useState(0);
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append("file", file);
      setPercent(0);
      return api.upload<Picture>("/files", {
        form,
        idempotencyKey: uuid(),
        onProgress: (sent, total) => setPercent(total > 0 ? (sent / total) * 100 : 0),
      });
    },
    meta: { quiet: true },
    onSuccess: (picture) => client.setQueryData(["pictures", picture.id], picture),
  });
  return { upload, percent };
}

export interface FixedText {
  text: string;
  replaced: CharacterOffer[];
}

/** What to write instead of what no phone can show; asked only while there is something to replace. */
export function useFixedText(text: string, wanted: boolean) {
  return useQuery({
    queryKey: ["texts", "fix", text],
    queryFn: ({ signal }) => api.post<FixedText>("/texts/fix", { text }, { signal }),
    enabled: wanted,
    staleTime: Infinity,
  });
}
