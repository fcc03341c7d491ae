import { send } from "../api/client";
import { asTrouble, type Trouble } from "../api/trouble";
import type { Problem, Product } from "../api/types";
import { fitting, MOST_BYTES } from "../shared/fitting";
import { strings } from "../strings";
import type { Folder, Found } from "./folders";
import { begin, note, type Progress, type Refusal } from "./imports";

/** Products that are sent at once: a client has half of a service at most. */
const AT_ONCE = 3;
const TOO_LARGE = 413;

/**
 * Send the pictures of a folder, product by product.
 *
 * What is refused is listed with its reason. Where the service is away, it ends there; the same
 * folder can be loaded again, and what is there already stays as it is.
 *
 * @param onOver called when it has ended
 */
export async function loadFolder({ name, products }: Folder, onOver: () => void): Promise<void> {
  const sending = new Sending(name, [...products]);
  await Promise.all(Array.from({ length: AT_ONCE }, () => sending.work()));
  sending.end();
  onOver();
}

class Sending {
  private readonly number: number;
  private readonly beganAt = performance.now();
  private readonly failures: Refusal[] = [];
  private next = 0;
  private done = 0;
  private failed = 0;
  private isCancelled = false;
  private takesLess = false;
  private trouble: Trouble | null = null;

  constructor(
    name: string,
    private readonly products: readonly [string, readonly Found[]][],
  ) {
    this.number = begin(name);
    const cancel = () => {
      this.isCancelled = true;
    };
    note(this.number, { cancel });
    this.show("running");
  }

  async work(): Promise<void> {
    while (!this.isCancelled && !this.trouble) {
      const number = this.next++;
      const product = this.products[number];
      if (!product) return;
      await this.put(number + 1, ...product);
      this.show("running");
    }
  }

  end(): void {
    if (this.isCancelled) this.show("cancelled");
    else this.show(this.trouble ? "failed" : "done");
  }

  private async put(row: number, id: string, pictures: readonly Found[]): Promise<void> {
    try {
      const stored = await this.sent(id, pictures);
      this.done += 1;
      for (const refused of stored.refused_images ?? [])
        this.refuse(row, id, refused, pictures[refused.image_index]);
    } catch (error) {
      const problem = problemOf(error);
      if (!problem) {
        this.trouble = asTrouble(error);
        return;
      }
      this.failed += 1;
      this.refuse(row, id, problem, pictures[0]);
    }
  }

  /** As they are, unless the service takes no more than fits into a request on AWS. */
  private async sent(id: string, pictures: readonly Found[]): Promise<Product> {
    const most = this.takesLess ? MOST_BYTES / pictures.length : Number.POSITIVE_INFINITY;
    const images = await Promise.all(pictures.map(({ file }) => imageOf(file, most)));
    const target = `products/${encodeURIComponent(id)}?on_refused_image=leave_out`;
    try {
      return await send<Product>("PUT", target, { images });
    } catch (error) {
      if (most < Number.POSITIVE_INFINITY || asTrouble(error).status !== TOO_LARGE) throw error;
      this.takesLess = true;
      return this.sent(id, pictures);
    }
  }

  private refuse(row: number, entity_id: string, { code, detail }: Reason, found?: Found): void {
    const picture = found && { image_url: found.path, file: found.file };
    this.failures.push({ row, entity_id, image_url: null, code, detail, ...picture });
  }

  private show(state: Progress["state"]): void {
    const { number, done, failed, failures, trouble, beganAt } = this;
    const total = this.products.length;
    const settled = done + failed;
    const rate = (1000 * settled) / (performance.now() - beganAt);
    const run: Progress = {
      ...{ state, total, done, unchanged: 0, failed, deleted: 0, detail: null },
      rows_per_second: rate || null,
      seconds_left: rate ? (total - settled) / rate : null,
      finished_at: state === "running" ? null : new Date().toISOString(),
    };
    note(number, { run, failures: [...failures], trouble });
  }
}

type Reason = Pick<Problem, "code" | "detail">;

/** Why one product is refused, if it is that, and the others may be sent. */
function problemOf(error: unknown): Reason | null {
  if (error instanceof DOMException)
    return { code: "file_unreadable", detail: strings.catalogue.folder.unreadable };
  const { kind, problem } = asTrouble(error);
  return (kind === "refused" && problem) || null;
}

/** Without its path: the folder is on this computer, and the service cannot show pictures from it. */
async function imageOf(file: File, most: number): Promise<Record<string, string>> {
  return { image_base64: await base64Of(await fitting(file, most)) };
}

function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(`${reader.result}`.replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
