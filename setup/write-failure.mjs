// Says in a sentence why a file or folder could not be written. Plain JavaScript, because setup.mjs runs before our Node
// is installed.

const say = {
  full: where =>
    `The disk of ${where} is full, or your share of it. What is there is kept, and nothing more can be stored: free some space.`,
  readOnly: where =>
    `${where} is on a disk that is read-only. Run this from a copy of the project in a folder where you can write.`,
  foreign: where =>
    `You have no right to write ${where}. Give it to your user, or run this from a copy of the project in a folder of your own.`,
  noFolder: where =>
    `The folder ${where} cannot be made: its disk is read-only, or takes no folders. Run this from a copy of the project in a folder where you can write.`,
  inTheWay: where =>
    `${where} cannot be written: a file stands where a folder must be, or a folder where a file must be. Move it away.`,
}

const kinds = {
  ENOSPC: say.full,
  EDQUOT: say.full,
  EROFS: say.readOnly,
  EACCES: say.foreign,
  EPERM: say.foreign,
  EEXIST: say.inTheWay,
  ENOTDIR: say.inTheWay,
  EISDIR: say.inTheWay,
}

/**
 * Returns a sentence with what could not be written, why, and what to do; undefined if `error` is anything else.
 * `folder`: what was to be written, for errors that name no file.
 */
export function explainWriteFailure(error, folder) {
  if (!(error instanceof Error)) return undefined
  const { code = codeIn(error.message), path = folder, syscall = '' } = error
  // Node reports a read-only disk so, where it makes more than one folder.
  const sentence = code === 'ENOENT' && syscall === 'mkdir' ? say.noFolder : kinds[code]
  // A port can be forbidden too, and a program.
  if (!sentence || /^(listen|connect|spawn)/.test(syscall)) return undefined
  // A full disk is one problem, not one for each file, and the name of a draft tells nothing.
  const where = sentence === say.full || path.endsWith('.draft') ? folder : path
  return `${sentence(where)} (${code})`
}

/** Bundlers report what the system said, without its code. */
function codeIn(message) {
  if (/no space left on device/i.test(message)) return 'ENOSPC'
  if (/read-only file system/i.test(message)) return 'EROFS'
  return undefined
}
