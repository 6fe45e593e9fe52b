//! PowerShell's short names for cmdlets.

use super::super::expand::Argument;
use super::cmdlets::is_cmdlet;

/// What a short name stands for.
const ALIASES: [(&str, &str); 86] = [
    ("ri", "Remove-Item"),
    ("rm", "Remove-Item"),
    ("rmdir", "Remove-Item"),
    ("rd", "Remove-Item"),
    ("del", "Remove-Item"),
    ("erase", "Remove-Item"),
    ("iex", "Invoke-Expression"),
    ("iwr", "Invoke-WebRequest"),
    ("irm", "Invoke-RestMethod"),
    ("curl", "Invoke-WebRequest"),
    ("wget", "Invoke-WebRequest"),
    ("icm", "Invoke-Command"),
    ("ii", "Invoke-Item"),
    ("gci", "Get-ChildItem"),
    ("ls", "Get-ChildItem"),
    ("dir", "Get-ChildItem"),
    ("gc", "Get-Content"),
    ("cat", "Get-Content"),
    ("type", "Get-Content"),
    ("gi", "Get-Item"),
    ("gp", "Get-ItemProperty"),
    ("gl", "Get-Location"),
    ("pwd", "Get-Location"),
    ("gm", "Get-Member"),
    ("gps", "Get-Process"),
    ("ps", "Get-Process"),
    ("gsv", "Get-Service"),
    ("gcm", "Get-Command"),
    ("gwmi", "Get-WmiObject"),
    ("gcim", "Get-CimInstance"),
    ("gv", "Get-Variable"),
    ("h", "Get-History"),
    ("history", "Get-History"),
    ("sls", "Select-String"),
    ("select", "Select-Object"),
    ("sort", "Sort-Object"),
    ("where", "Where-Object"),
    ("?", "Where-Object"),
    ("%", "ForEach-Object"),
    ("foreach", "ForEach-Object"),
    ("group", "Group-Object"),
    ("measure", "Measure-Object"),
    ("compare", "Compare-Object"),
    ("diff", "Compare-Object"),
    ("tee", "Tee-Object"),
    ("ft", "Format-Table"),
    ("fl", "Format-List"),
    ("fw", "Format-Wide"),
    ("oh", "Out-Host"),
    ("ogv", "Out-GridView"),
    ("echo", "Write-Output"),
    ("write", "Write-Output"),
    ("cls", "Clear-Host"),
    ("clear", "Clear-Host"),
    ("clc", "Clear-Content"),
    ("cli", "Clear-Item"),
    ("clp", "Clear-ItemProperty"),
    ("sc", "Set-Content"),
    ("ac", "Add-Content"),
    ("si", "Set-Item"),
    ("sp", "Set-ItemProperty"),
    ("sv", "Set-Variable"),
    ("set", "Set-Variable"),
    ("rp", "Remove-ItemProperty"),
    ("rv", "Remove-Variable"),
    ("ni", "New-Item"),
    ("md", "New-Item"),
    ("mkdir", "New-Item"),
    ("nal", "New-Alias"),
    ("sal", "Set-Alias"),
    ("copy", "Copy-Item"),
    ("cp", "Copy-Item"),
    ("cpi", "Copy-Item"),
    ("move", "Move-Item"),
    ("mv", "Move-Item"),
    ("mi", "Move-Item"),
    ("ren", "Rename-Item"),
    ("rni", "Rename-Item"),
    ("cd", "Set-Location"),
    ("sl", "Set-Location"),
    ("kill", "Stop-Process"),
    ("spps", "Stop-Process"),
    ("saps", "Start-Process"),
    ("start", "Start-Process"),
    ("sasv", "Start-Service"),
    ("spsv", "Stop-Service"),
];

/// The cmdlet that a name stands for among these arguments; else the name itself.
pub(super) fn meant(name: &str, arguments: &[Argument]) -> String {
    let name =
        name.rsplit_once('\\').filter(|(module, cmdlet)| !module.contains(':') && is_cmdlet(cmdlet)).map_or(name, |(_, cmdlet)| cmdlet);
    let lower = name.to_lowercase();
    // With switches of the program of that name, it is the program.
    let is_program = matches!(lower.as_str(), "curl" | "wget") && arguments.iter().any(|a| is_unix_switch(&a.text));
    let is_program = is_program || (lower == "start" && arguments.is_empty());
    match ALIASES.iter().find(|(alias, _)| *alias == lower) {
        Some((_, cmdlet)) if !is_program => (*cmdlet).to_owned(),
        _ => name.to_owned(),
    }
}

fn is_unix_switch(text: &str) -> bool {
    text.starts_with("--") || (text.starts_with('-') && text.len() <= 3 && !matches!(text, "-Uri" | "-uri"))
}
