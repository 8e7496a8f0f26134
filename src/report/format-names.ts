/** The closed set that `--format` accepts; apart from the reporters, since every start shows it in the help. */
export const formats = ['pretty', 'json', 'github', 'sarif', 'junit'] as const

export type Format = (typeof formats)[number]
