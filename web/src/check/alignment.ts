type Point = readonly number[];

/** `x' = a x + c y + e`, `y' = b x + d y + f`, as in CSS. */
export interface Affine {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

const MIN_CORNERS = 3;
const SINGULAR = 1e-9;

/**
 * The affine map that lays one outline over another with the least squared distance.
 *
 * @param from corners, as fractions of their picture
 * @param to as many corners of the other picture, each where the one of the same index lies
 * @returns null where corners are too few or on a line
 */
export function alignment(from: readonly Point[], to: readonly Point[]): Affine | null {
  if (from.length < MIN_CORNERS || from.length !== to.length) return null;
  const inverse = invertedNormal(from);
  if (!inverse) return null;
  const [a, c, e] = solved(inverse, from, to, 0);
  const [b, d, f] = solved(inverse, from, to, 1);
  return { a, b, c, d, e, f };
}

/**
 * The CSS transform of a picture that is stretched over the frame of the other one.
 *
 * @param aspect width of the frame divided by its height
 */
export function transformOf({ a, b, c, d, e, f }: Affine, aspect: number): string {
  const matrix = [a, b / aspect, c * aspect, d, 0, 0].map((value) => value.toFixed(5));
  return `translate(${(100 * e).toFixed(3)}%, ${(100 * f).toFixed(3)}%) matrix(${matrix.join(", ")})`;
}

type Row = [number, number, number];

function solved(
  inverse: [Row, Row, Row],
  from: readonly Point[],
  to: readonly Point[],
  axis: 0 | 1,
) {
  const sums: Row = [0, 0, 0];
  from.forEach(([x = 0, y = 0], index) => {
    const target = to[index]?.[axis] ?? 0;
    sums[0] += x * target;
    sums[1] += y * target;
    sums[2] += target;
  });
  return inverse.map((row) => row[0] * sums[0] + row[1] * sums[1] + row[2] * sums[2]) as Row;
}

/** The inverse of the sum of `p pᵀ` over all corners `p = (x, y, 1)`. */
function invertedNormal(points: readonly Point[]): [Row, Row, Row] | null {
  let [xx, xy, yy, x1, y1] = [0, 0, 0, 0, 0];
  for (const [x = 0, y = 0] of points) {
    xx += x * x;
    xy += x * y;
    yy += y * y;
    x1 += x;
    y1 += y;
  }
  const n = points.length;
  const [p, q, r] = [yy * n - y1 * y1, x1 * y1 - xy * n, xy * y1 - yy * x1];
  const determinant = xx * p + xy * q + x1 * r;
  if (Math.abs(determinant) < SINGULAR) return null;
  const [s, t, u] = [xx * n - x1 * x1, xy * x1 - xx * y1, xx * yy - xy * xy];
  const scaled = (row: Row) => row.map((value) => value / determinant) as Row;
  return [scaled([p, q, r]), scaled([q, s, t]), scaled([r, t, u])];
}
