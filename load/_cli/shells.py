"""What a shell has to be told so that it completes what is typed after `load`.

Each function hands what is typed to `load __complete SHELL` (see `completing`), and reads what a word can become: first
a line that says `words` or `files`, then a line for each word, with what it means behind a tabulator. File names are
the shell's own affair.
"""

from __future__ import annotations

# COMP_WORDS is split at `=` and `:` as well, so the line is handed over as it is. macOS has a bash without compopt.
_BASH = r"""_load_complete() {
    local kind='' word _ current=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    {
        IFS= read -r kind
        while IFS=$'\t' read -r word _; do COMPREPLY+=("$word"); done
    } < <("${1/#\~/$HOME}" __complete bash "${COMP_LINE:0:COMP_POINT}" "$current" 2>/dev/null)
    if [[ $kind == files ]]; then
        compopt -o default 2>/dev/null && return
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
    fi
}
complete -F _load_complete load
"""
# Read at the start of a shell, or kept as `_load` in a folder of `fpath`, where its first call is for a completion.
_ZSH = r"""#compdef load
_load_complete() {
    local -a answer described plain
    local line word
    answer=("${(@f)$("${words[1]/#\~/$HOME}" __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    if [[ $answer[1] == files ]]; then
        [[ $PREFIX == -*=* ]] && compset -P '*='
        _files
        return
    fi
    for line in "${(@)answer[2,-1]}"; do
        word=${line%%$'\t'*}
        if [[ -n ${line#*$'\t'} ]]; then
            described+=("${word//:/\\:}:${line#*$'\t'}")
        else
            plain+=("$word")
        fi
    done
    (( $#described )) && _describe load described
    (( $#plain )) && compadd -- "${plain[@]}"
}
if [[ ${funcstack[1]} == _load ]]; then
    _load_complete "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
    compdef _load_complete load
fi
"""
_FISH = r"""function __load_complete
    set -l typed (commandline -opc)
    set -l current (string replace -r -- '^["\']' '' (commandline -ct))
    set -l answer ($typed[1] __complete fish $typed[2..] "$current" 2>/dev/null)
    if test "$answer[1]" = files
        if string match -qr -- '^-[^=]*=' "$current"
            set -l option (string match -r -- '^-[^=]*=' "$current")
            printf '%s\n' $option(__fish_complete_path (string replace -- $option '' "$current"))
        else
            __fish_complete_path "$current"
        end
    else
        printf '%s\n' $answer[2..]
    end
end
complete -c load -f -a '(__load_complete)'
"""
# Older PowerShells drop empty arguments and lose quotes in others, so that the line goes by the environment. Where
# nothing is given back, they offer the names of files.
_POWERSHELL = r"""Register-ArgumentCompleter -Native -CommandName load -ScriptBlock {
    param($word, $command, $place)
    $length = $place - $command.Extent.StartOffset
    $typed = $command.Extent.Text.PadRight($length).Substring(0, $length)
    $env:_LOAD_COMPLETED = $typed
    try {
        $kind, $answer = & $command.CommandElements[0].Value __complete powershell 2>$null
    } finally {
        Remove-Item Env:_LOAD_COMPLETED -ErrorAction Ignore
    }
    if ($kind -ne 'words') { return }
    if (-not $answer) { return '' }
    foreach ($line in $answer) {
        $text, $does = $line -split "`t", 2
        if (-not $does) { $does = $text }
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $does)
    }
}
"""
_FUNCTIONS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH, "powershell": _POWERSHELL}
SHELLS = tuple(_FUNCTIONS)


def function_of(shell: str) -> str:
    """The function of a shell, without its last line end."""
    return _FUNCTIONS[shell].rstrip("\n")
