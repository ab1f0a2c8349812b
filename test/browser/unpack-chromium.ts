// Unpacks the Chromium of @sparticuz/chromium into TMPDIR. A separate process, since the package reads the folder and
// what to unpack from the environment.
import chromium from '@sparticuz/chromium'

await chromium.executablePath()
