/** Highest degree of {@link realRoots}; scratch is allocated once for it. */
const MAX_DEGREE = 12;
const derivatives = new Float64Array((MAX_DEGREE + 1) * (MAX_DEGREE + 1));
const knots = new Float64Array(MAX_DEGREE + 2);
const found = new Float64Array(MAX_DEGREE + 1);

/**
 * Real roots of `a x^2 + b x + c`, without cancellation (Numerical Recipes, 3rd ed., Eq. 5.6.4).
 *
 * @param roots receives 0, 1 (a is 0) or 2 roots
 * @returns the number of roots; a double root counts twice
 */
export function quadraticRoots(a: number, b: number, c: number, roots: Float64Array): number {
  if (a === 0) {
    if (b === 0) return 0;
    roots[0] = -c / b;
    return 1;
  }
  const discriminant = b * b - 4 * a * c;
  if (!(discriminant >= 0)) return 0;
  const q = -0.5 * (b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant));
  roots[0] = q / a;
  roots[1] = q === 0 ? 0 : c / q;
  return 2;
}

/**
 * Real roots of `a x^3 + b x^2 + c x + d`, by the trigonometric and Cardano's formulas (Numerical Recipes, 3rd ed., sec. 5.6),
 * each polished by two Newton steps.
 *
 * @param roots receives 0 to 3 roots, in no particular order
 * @returns the number of roots; falls back to the quadratic where a is 0
 */
export function cubicRoots(a: number, b: number, c: number, d: number, roots: Float64Array): number {
  if (Math.abs(a) <= 1e-15 * Math.max(Math.abs(b), Math.abs(c), Math.abs(d))) return quadraticRoots(b, c, d, roots);
  const p = b / a;
  const q = c / a;
  const r = d / a;
  const Q = (p * p - 3 * q) / 9;
  const R = (2 * p * p * p - 9 * p * q + 27 * r) / 54;
  let count = 1;
  if (R * R < Q * Q * Q) {
    const angle = Math.acos(Math.max(-1, Math.min(1, R / Math.sqrt(Q * Q * Q))));
    const scale = -2 * Math.sqrt(Q);
    for (let k = 0; k < 3; k++) roots[k] = scale * Math.cos((angle + 2 * Math.PI * k) / 3) - p / 3;
    count = 3;
  } else {
    const A = -Math.sign(R) * Math.cbrt(Math.abs(R) + Math.sqrt(R * R - Q * Q * Q));
    roots[0] = A + (A === 0 ? 0 : Q / A) - p / 3;
  }
  for (let k = 0; k < count; k++) {
    let x = roots[k]!;
    for (let step = 0; step < 2; step++) {
      const slope = (3 * x + 2 * p) * x + q;
      if (slope !== 0) x -= (((x + p) * x + q) * x + r) / slope;
    }
    roots[k] = x;
  }
  return count;
}

/**
 * All real roots of a polynomial of degree up to 12: the roots of a polynomial are separated by those of its derivative, found
 * the same way from the linear derivative upwards; each monotonic piece is solved by Newton's method safeguarded by bisection.
 *
 * @param coefficients Float64Array[degree + 1], lowest power first
 * @param roots receives the roots, ascending; roots of even multiplicity may be missed, as rounding decides them
 * @returns the number of roots
 */
export function realRoots(coefficients: Float64Array, degree: number, roots: Float64Array): number {
  let largest = 0;
  for (let k = 0; k <= degree; k++) largest = Math.max(largest, Math.abs(coefficients[k]!));
  let n = degree;
  while (n > 0 && Math.abs(coefficients[n]!) <= 1e-14 * largest) n--;
  if (n === 0) return 0;
  // Row d of `derivatives` is the derivative of degree d.
  const width = MAX_DEGREE + 1;
  for (let k = 0; k <= n; k++) derivatives[n * width + k] = coefficients[k]!;
  for (let d = n - 1; d >= 1; d--) {
    for (let k = 0; k <= d; k++) derivatives[d * width + k] = (k + 1) * derivatives[(d + 1) * width + k + 1]!;
  }
  let count = 0;
  for (let d = 1; d <= n; d++) {
    const row = d * width;
    const bound = cauchyBound(row, d);
    knots[0] = -bound;
    for (let k = 0; k < count; k++) knots[k + 1] = found[k]!;
    knots[count + 1] = bound;
    const pieces = count + 1;
    count = 0;
    for (let piece = 0; piece < pieces; piece++) {
      const root = rootBetween(row, d, knots[piece]!, knots[piece + 1]!);
      if (!Number.isNaN(root)) found[count++] = root;
    }
  }
  for (let k = 0; k < count; k++) roots[k] = found[k]!;
  return count;
}

/** All real roots lie within 1 + max |a_k / a_d|. */
function cauchyBound(row: number, degree: number): number {
  let largest = 0;
  for (let k = 0; k < degree; k++) largest = Math.max(largest, Math.abs(derivatives[row + k]!));
  return 1 + largest / Math.abs(derivatives[row + degree]!);
}

/** The root of a polynomial that is monotonic on [low, high], or NaN if it does not change sign there. */
function rootBetween(row: number, degree: number, low: number, high: number): number {
  const atLow = evaluate(row, degree, low);
  const atHigh = evaluate(row, degree, high);
  if (atLow === 0) return low;
  if (atLow > 0 === atHigh > 0 || !(low < high)) return Number.NaN;
  const isRising = atHigh > 0;
  let x = 0.5 * (low + high);
  for (let iteration = 0; iteration < 200; iteration++) {
    let value = derivatives[row + degree]!;
    let slope = 0;
    for (let k = degree - 1; k >= 0; k--) {
      slope = slope * x + value;
      value = value * x + derivatives[row + k]!;
    }
    if (value > 0 === isRising) high = x;
    else low = x;
    let next = x - value / slope;
    if (!(next > low && next < high)) {
      // Wide brackets shrink geometrically, for Cauchy's bound may be far away.
      next = low > 1 && high > 4 * low ? Math.sqrt(low * high) : low + 0.5 * (high - low);
      if (high < -1 && low < 4 * high) next = -Math.sqrt(low * high);
    }
    if (Math.abs(next - x) <= 4e-16 * Math.abs(next) || next === x) return next;
    x = next;
  }
  return x;
}

function evaluate(row: number, degree: number, x: number): number {
  let value = derivatives[row + degree]!;
  for (let k = degree - 1; k >= 0; k--) value = value * x + derivatives[row + k]!;
  return value;
}
