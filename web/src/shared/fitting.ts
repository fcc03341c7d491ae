/** Bytes of pictures or feeds that one request holds everywhere: on AWS, 6 MB of base64. */
export const MOST_BYTES = 4_000_000;
/** Long sides to try, in pixels: the service looks at less detail than the last one has. */
const SIDES = [2000, 1400, 1000];
const QUALITY = 0.92;
const PACKED = /\.(gz|zip|xlsx|parquet)$/i;

/**
 * The picture as it is, or reduced to so many bytes.
 *
 * What this browser cannot read stays as it is, and the service says what it thinks of it.
 */
export async function fitting(file: Blob, most = MOST_BYTES): Promise<Blob> {
  if (file.size <= most) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  let smaller = file;
  for (const side of SIDES) {
    smaller = await drawn(picture, side);
    if (smaller.size <= most) break;
  }
  picture.close();
  return smaller;
}

/** As JPEG, upright, on white, and at most so many pixels long. */
function drawn(picture: ImageBitmap, side: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((each) => Math.round(each * scale));
  const canvas = new OffscreenCanvas(width ?? 1, height ?? 1);
  const context = canvas.getContext("2d");
  if (!context) throw new TypeError("This browser draws nothing.");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

/** The feed as it is, or gzipped where it is large and is not packed already. */
export async function packed(file: File): Promise<Blob> {
  if (file.size <= MOST_BYTES || PACKED.test(file.name)) return file;
  return new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}
