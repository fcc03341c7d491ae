import { ask } from "../api/client";
import { Trouble } from "../api/trouble";
import type { CheckAnswer } from "../api/types";
import { isWebAddress, pictureAddress } from "../shared/pictures";
import { thumbnailOf } from "../shared/thumbnails";
import { ownPicture } from "../shared/use-shown";

const MOST = 24;

/** The other products that show a picture of the catalogue. */
export interface Copies {
  answer: CheckAnswer;
  /** Whether they were found by what is stored of the picture alone, which is small. */
  isOfStored: boolean;
}

/** A picture as answers about products have it. */
export interface StoredImage {
  image_url: string | null;
  fingerprint_id: string | null;
}

/**
 * Check a picture of a product, from where it came or, if it is out of reach, as it is stored.
 *
 * @returns null: neither can be read
 * @throws Trouble the service does not answer
 */
export async function copiesOf(
  entityId: string,
  { image_url, fingerprint_id }: StoredImage,
  signal: AbortSignal,
): Promise<Copies | null> {
  const parameters = new URLSearchParams({ top: `${MOST}`, exclude_entity_id: entityId });
  const answer = await byAddress(image_url, parameters, signal).catch(nullIfUnreadable);
  if (answer) return { answer, isOfStored: false };
  const dataUri = fingerprint_id && (await thumbnailOf(fingerprint_id, signal));
  if (!dataUri) return null;
  const body = JSON.stringify({ image_base64: dataUri });
  const headers = { "content-type": "application/json" };
  const options = { method: "POST", headers, body, signal };
  return {
    answer: await ask<CheckAnswer>(`find_similar?${parameters}`, options),
    isOfStored: true,
  };
}

async function byAddress(
  imageUrl: string | null,
  parameters: URLSearchParams,
  signal: AbortSignal,
): Promise<CheckAnswer | null> {
  const address = pictureAddress(imageUrl);
  if (!imageUrl || !address) return null;
  if (isWebAddress(imageUrl)) {
    const all = new URLSearchParams([...parameters, ["image_url", imageUrl]]);
    return ask<CheckAnswer>(`find_similar?${all}`, { signal });
  }
  const body = new FormData();
  body.append("image", await ownPicture(address, signal));
  return ask<CheckAnswer>(`find_similar?${parameters}`, { method: "POST", body, signal });
}

/** What is wrong with the picture alone, or with its address, is no trouble. */
function nullIfUnreadable(error: unknown): null {
  if (error instanceof TypeError) return null;
  if (error instanceof Trouble && error.kind === "refused") return null;
  throw error;
}
