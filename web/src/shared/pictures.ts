const WEB = /^https?:\/\//i;

export function isWebAddress(text: string): boolean {
  return WEB.test(text.trim());
}

/**
 * Where the browser finds the picture of a product.
 *
 * Pictures of a local catalogue have paths, and the service that has them serves them.
 */
export function pictureAddress(imageUrl: string | null | undefined): string | null {
  if (!imageUrl) return null;
  if (isWebAddress(imageUrl)) return imageUrl;
  return `pictures/${imageUrl.split("/").map(encodeURIComponent).join("/")}`;
}
