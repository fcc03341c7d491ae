const WEB = /^https?:\/\//i;
/** What a caller of a deployment has uploaded: nobody can read it from there. */
const UPLOAD = /^upload:/;

/** Where a picture can be shown from. */
export interface Sight {
  address: string | null;
  /** Its fingerprint id, if the service has stored it. */
  stored?: string | null | undefined;
}

export function isWebAddress(text: string): boolean {
  return WEB.test(text.trim());
}

/** Where a picture of a product can be shown from, as answers name it. */
export function sightOf(picture: {
  image_url: string | null;
  fingerprint_id?: string | null;
}): Sight {
  return { address: pictureAddress(picture.image_url), stored: picture.fingerprint_id };
}

/**
 * Where the browser finds the picture of a product.
 *
 * Pictures of a local catalogue have paths, and the service that has them serves them.
 */
export function pictureAddress(imageUrl: string | null | undefined): string | null {
  if (!imageUrl || UPLOAD.test(imageUrl)) return null;
  if (isWebAddress(imageUrl)) return imageUrl;
  return `pictures/${imageUrl.split("/").map(encodeURIComponent).join("/")}`;
}
