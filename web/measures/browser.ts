import { chromium, type Page } from "@playwright/test";
import packed from "@sparticuz/chromium";

/** Milliseconds. */
export interface Frames {
  frames: number;
  median: number;
  p95: number;
  worst: number;
  /** Processor time of the page's main thread, for each frame. */
  cpu: number;
}

export interface Held {
  /** MB that scripts hold after a collection. */
  heap: number;
  nodes: number;
}

/** A page of the service in a Chromium of its own, which ends with the work. */
export async function inPage<Answer>(
  address: string,
  work: (page: Page) => Promise<Answer>,
): Promise<Answer> {
  const browser = await chromium.launch({
    executablePath: process.env.LOOKALIKE_CHROMIUM || (await packed.executablePath()),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const viewport = { width: 1280, height: 800 };
    return await work(await browser.newPage({ baseURL: address, viewport }));
  } finally {
    await browser.close();
  }
}

/** The frames while something is done in the page. */
export async function framesOf(page: Page, work: () => Promise<unknown>): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
  };
  await page.evaluate(watchFrames);
  const before = await spent();
  await work();
  const cpu = (await spent()) - before;
  const pauses = (await page.evaluate(() => window.pauses)).sort((a, b) => a - b);
  const at = (part: number) => pauses[Math.floor(part * (pauses.length - 1))] ?? 0;
  const frames = pauses.length;
  return { frames, median: at(0.5), p95: at(0.95), worst: at(1), cpu: cpu / frames };
}

declare global {
  interface Window {
    pauses: number[];
  }
}

/** Keep the time between each two frames, from now on. */
function watchFrames(): void {
  window.pauses = [];
  let before = performance.now();
  const note = (now: number) => {
    window.pauses.push(now - before);
    before = now;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}

/** What the page holds, once the browser has collected what it does not. */
export async function heldBy(page: Page): Promise<Held> {
  const session = await page.context().newCDPSession(page);
  for (let times = 0; times < 3; times++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const { nodes } = await session.send("Memory.getDOMCounters");
  await session.detach();
  return { heap: usedSize / 1e6, nodes };
}

/** Drop a file on the page; milliseconds until a verdict about it is painted. */
export function dropped(page: Page, base64: string, name: string): Promise<number> {
  return page.evaluate(
    async ([content, fileName]) => {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], fileName, { type: "image/jpeg" }));
      const began = performance.now();
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
      const isShown = () => {
        const shown = document.querySelector(".query-name")?.textContent === fileName;
        return shown && document.querySelector(".found .verdict") !== null;
      };
      while (!isShown()) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    },
    [base64, name] as const,
  );
}
