import type { Command } from 'commander'
import { Failure } from '../../base/failure.ts'
import { didYouMean } from '../../base/did-you-mean.ts'
import { SHELLS, complete } from '../complete-words.ts'
import type { ExitCode } from '../exit-code.ts'
import { type CommonFlags, type Io, out } from '../io.ts'

/** Prints a shell's completion script. @throws {Failure} for a shell that has none. */
export function completion(shell: string, _flags: CommonFlags, io: Io): ExitCode {
  const known = SHELLS.find((name) => name === shell)
  if (known === undefined) {
    throw new Failure(
      'usage',
      `there is no completion for "${shell}"`,
      `${didYouMean(shell, SHELLS)}the shells are ${SHELLS.join(', ')}`,
    )
  }
  out(io, SCRIPTS[known])
  return 0
}

/** Answers the scripts: one line per word with its description, or `:files`, `:folders`. */
export async function answerShell(program: Command, words: readonly string[], io: Io): Promise<ExitCode> {
  const found = await complete(program, words)
  if (typeof found === 'string') out(io, `:${found}\n`)
  else
    out(
      io,
      found
        .map(({ word, description }) => (description === undefined ? `${word}\n` : `${word}\t${description}\n`))
        .join(''),
    )
  return 0
}

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `# tenfold: completion for bash. In ~/.bashrc: source <(tenfold completion bash)
_tenfold() {
  local current=\${COMP_WORDS[COMP_CWORD]} line words=()
  COMPREPLY=()
  # Bash takes a "=" for a word of its own.
  local line_words=\${COMP_LINE:0:COMP_POINT}
  read -ra words <<<"$line_words"
  [[ $line_words == *[[:space:]] ]] && words+=('')
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default; return ;;
      :folders) compopt -o dirnames; return ;;
    esac
    line=\${line%%$'\\t'*}
    [[ \${words[\${#words[@]}-1]} == --*=* && $current != --* ]] && line=\${line#*=}
    COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _tenfold tenfold
`,
  zsh: `#compdef tenfold
# tenfold: completion for zsh. In ~/.zshrc, after compinit: source <(tenfold completion zsh)
_tenfold() {
  local line
  local -a found
  while IFS= read -r line; do
    case $line in
      :files) _files; return ;;
      :folders) _files -/; return ;;
    esac
    if [[ $line == *$'\\t'* ]]; then
      found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else
      found+=("\${line//:/\\\\:}")
    fi
  done < <("$words[1]" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe tenfold found
}
compdef _tenfold tenfold
`,
  fish: `# tenfold: completion for fish. In ~/.config/fish/completions/tenfold.fish, or: tenfold completion fish | source
function __tenfold_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] __complete -- $words[2..-1] 2>/dev/null)
  switch "$found[1]"
    case :files
      __fish_complete_path (commandline -ct)
    case :folders
      __fish_complete_directories (commandline -ct)
    case '*'
      printf '%s\\n' $found
  end
end
complete -c tenfold -f -a '(__tenfold_complete)'
`,
}
