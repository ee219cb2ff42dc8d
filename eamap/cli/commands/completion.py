"""Prints the lines that complete eamap's commands and options in a shell."""

from __future__ import annotations

import click

SHELLS = ("bash", "fish", "zsh")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Prints the lines that complete eamap's commands and options in a shell.

    \b
    bash: add to ~/.bashrc:  eval "$(eamap completion bash)"
    zsh:  add to ~/.zshrc:   eval "$(eamap completion zsh)"
    fish: run once:          eamap completion fish > ~/.config/fish/completions/eamap.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, "click knows the three shells"
    script = kind(ctx.find_root().command, {}, "eamap", "_EAMAP_COMPLETE")
    # Not .source(): it starts a bash to ask its version, and the shell meant may be on another machine.
    click.echo(script.source_template % script.source_vars())
