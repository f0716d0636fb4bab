/** `1 photo`, `1,200 photos`. */
export const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const photoCount = (count: number) => plural(count, 'photo', 'photos');
