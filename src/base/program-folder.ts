import { fileURLToPath } from 'node:url'

/** The program's own folder, with `template/` and `schemas/`: built it runs from dist, unbuilt from src/base. */
export const PROGRAM = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../..' : '..', import.meta.url))
