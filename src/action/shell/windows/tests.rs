//! What the shells of Windows would do, and their near misses.

use super::*;

fn kinds_of(dialect: Dialect, script: &str) -> String {
    let mut reading = Reading::new();
    read(&mut reading, dialect, script, &Feed::default());
    let mut names: Vec<&str> = reading.into_actions().iter().map(|action| action.kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

#[test]
fn powershell_is_read_through_its_quotes_aliases_and_blocks() {
    for (script, kinds) in [
        ("ri -r -fo C:\\x", "delete"),
        ("Re`mo`ve-Item x", "delete"),
        ("& ('Remo'+'ve-Item') x", "delete"),
        ("$c = 'ri'; & $c x -rec", "delete"),
        ("gci *.log | % { del $_.FullName }", "delete"),
        ("if (Test-Path x) { ri x } else { 'nothing' }", "delete"),
        ("[System.IO.File]::Delete('x')", "delete"),
        ("(Get-Item x).Delete()", "delete"),
        ("Start-Process cmd -ArgumentList '/c','del x'", "delete"),
        ("Write-Host \"$(ri x)\"", "delete"),
        ("'ri x' | iex", "delete"),
        ("Stop-AzVM -Name web", "deploy"),
        ("Set-ADAccountPassword -Identity bob", "permission.credential"),
        ("& $c x", "unknown"),
        ("ri 'x", "delete unknown"),
    ] {
        assert_eq!(kinds_of(Dialect::PowerShell, script), kinds, "{script}");
    }
}

#[test]
fn powershell_that_only_looks_is_a_read() {
    for script in [
        "Write-Host 'ri -r x'",
        "Remove-Item x -WhatIf",
        "gci -r | ? { $_.Name -like '*delete*' } | select -First 3",
        "Get-Process | Sort-Object CPU -Descending",
        "# ri x",
        "<# ri x #> Get-Date",
        "$x = Get-Content a.txt; $x.Count",
    ] {
        assert_eq!(kinds_of(Dialect::PowerShell, script), "read", "{script}");
    }
}

#[test]
fn cmd_is_read_through_carets_names_and_loops() {
    for (script, kinds) in [
        ("del /s /q C:\\x", "delete"),
        ("d^e^l x", "delete"),
        ("del/q x", "delete"),
        ("set c=del& call %c% x", "delete"),
        ("set c=xdel\n%c:~1% x", "delete"),
        ("for /f %i in ('dir /b') do del %i", "delete"),
        ("for /f %i in ('del x') do echo %i", "delete"),
        ("if exist x (del x) else (echo no)", "delete"),
        ("if not \"%a%\"==\"b\" rd /s /q x", "delete"),
        ("start \"t\" /wait cmd /c del x", "delete"),
        ("%c% x", "unknown"),
    ] {
        assert_eq!(kinds_of(Dialect::Cmd, script), kinds, "{script}");
    }
}

#[test]
fn cmd_that_only_looks_is_a_read() {
    for script in ["echo del /s /q x", "rem del x", ":: del x", "dir /s /b C:\\x", "findstr /s \"del /q\" *.bat", "if exist x echo yes"] {
        assert_eq!(kinds_of(Dialect::Cmd, script), "read", "{script}");
    }
}
