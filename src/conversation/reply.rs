//! A code typed into the chat: `approve K7Q2-M4XN-P`.
//!
//! The reply is the whole message or it is none: a sentence *about* approving, a code
//! inside a paragraph, a quoted code approve nothing.

/// A person's answer to one hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Yes or no.
    pub yes: bool,
    /// The code, in capitals.
    pub code: String,
}

/// The word for yes, as people of nine languages would type it.
const YES: [&str; 26] = [
    "approve",
    "approved",
    "genehmige",
    "genehmigen",
    "genehmigt",
    "freigeben",
    "approuve",
    "approuver",
    "approuvé",
    "aprobar",
    "apruebo",
    "aprobado",
    "aprovar",
    "aprovo",
    "aprovado",
    "approvare",
    "approvo",
    "approvato",
    "批准",
    "同意",
    "承認",
    "承認する",
    "許可",
    "मंज़ूर",
    "मंजूर",
    "स्वीकृत",
];

/// The word for no.
const NO: [&str; 22] = [
    "deny",
    "denied",
    "refuse",
    "reject",
    "ablehnen",
    "abgelehnt",
    "verweigern",
    "refuser",
    "refusé",
    "denegar",
    "rechazar",
    "rechazo",
    "negar",
    "recusar",
    "rejeitar",
    "rifiutare",
    "rifiuto",
    "拒绝",
    "拒否",
    "却下",
    "अस्वीकार",
    "अस्वीकृत",
];

/// Reads a message that is nothing but a word and a code. The word's case and outer
/// space do not matter; the code is the code as it was shown, in either case.
pub fn reply(message: &str) -> Option<Reply> {
    let message = message.trim();
    let (word, code) = message.split_once([' ', '\t'])?;
    let (word, code) = (word.to_lowercase(), code.trim_start_matches([' ', '\t']));
    let yes = YES.contains(&word.as_str());
    (yes || NO.contains(&word.as_str())).then_some(())?;
    is_code(code).then(|| Reply { yes, code: code.to_ascii_uppercase() })
}

/// `XXXX-XXXX-X`
pub(super) fn is_code(code: &str) -> bool {
    let groups: Vec<&str> = code.split('-').collect();
    let is_group = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
    groups.len() == 3 && groups.iter().all(is_group) && groups.iter().map(|group| group.len()).eq([4, 4, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_and_a_code_are_an_answer() {
        for message in
            ["approve K7Q2-M4XN-P", "  Approve k7q2-m4xn-p \n", "APPROVE\tK7Q2-M4XN-P", "Genehmigt K7Q2-M4XN-P", "批准 K7Q2-M4XN-P"]
        {
            assert_eq!(reply(message), Some(Reply { yes: true, code: "K7Q2-M4XN-P".into() }), "{message}");
        }
        for message in ["deny K7Q2-M4XN-P", "Ablehnen K7Q2-M4XN-P", "拒否 K7Q2-M4XN-P"] {
            assert_eq!(reply(message), Some(Reply { yes: false, code: "K7Q2-M4XN-P".into() }), "{message}");
        }
    }

    #[test]
    fn anything_more_or_less_is_no_answer() {
        for message in [
            "",
            "approve",
            "K7Q2-M4XN-P",
            "approve K7Q2-M4XN",
            "approve K7Q2M4XNP",
            "approve K7Q2-M4XN-P.",
            "approve K7Q2-M4XN-P please",
            "please approve K7Q2-M4XN-P",
            "approve: K7Q2-M4XN-P",
            "do not approve K7Q2-M4XN-P",
            "approve\nK7Q2-M4XN-P",
            "approve K7Q2-M4XN-P\nand the rest",
            "approve `K7Q2-M4XN-P`",
            "disapprove K7Q2-M4XN-P",
            "approve Ｋ7Q2-M4XN-P",
        ] {
            assert_eq!(reply(message), None, "{message}");
        }
    }
}
