import { useEffect, useRef, type RefObject } from "react";

const LEAST_PX = 360;

/**
 * Makes an element end at the window's lower edge, `gap` pixels above it, wherever it begins: banners above it come
 * and go. On a small window it keeps a least height and the page scrolls.
 */
export function useRoom<T extends HTMLElement>(gap: number): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => {
    const fit = () => {
      const box = element.current;
      if (!box) return;
      const top = box.getBoundingClientRect().top + window.scrollY;
      box.style.height = `${Math.max(LEAST_PX, window.innerHeight - top - gap)}px`;
    };
    fit();
    // Banners are put before the page's own content; the body need not become taller for that.
    const banners = new MutationObserver(fit);
    const shell = element.current?.closest("main")?.parentElement;
    if (shell) banners.observe(shell, { childList: true });
    const watcher = new ResizeObserver(fit);
    watcher.observe(document.body);
    window.addEventListener("resize", fit);
    return () => {
      banners.disconnect();
      watcher.disconnect();
      window.removeEventListener("resize", fit);
    };
  }, [gap]);
  return element;
}
