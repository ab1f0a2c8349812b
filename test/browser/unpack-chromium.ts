// Unpacks the Chromium that @sparticuz/chromium ships into TMPDIR. A process of its own, since the package takes the
// folder and what to unpack from the environment.
import chromium from '@sparticuz/chromium'

await chromium.executablePath()
