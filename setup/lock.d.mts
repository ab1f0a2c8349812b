export function withLock<Result>(
  folder: string,
  onWait: () => void,
  work: () => Result | Promise<Result>,
): Promise<Result>
