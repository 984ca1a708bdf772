/** A value that is there already, or on its way: where there are millions, a promise for each would take longer than all else. */
export type Soon<T> = T | Promise<T>;

/** Go on with it: at once where it is there. */
export const soon = <T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> =>
  value instanceof Promise ? value.then(next) : next(value);
