//! The sum that a row carries: `INSERT INTO payouts (amount, currency) VALUES (1250, 'EUR')`.

use super::token::Token;
use crate::action::fields;
use crate::call::Amount;

/// The sum among the columns of one row, where there is one row.
pub(super) fn inserted(tokens: &[Token]) -> Option<Amount> {
    let open = tokens.iter().position(|t| t.is_symbol('('))?;
    let columns = list(tokens.get(open + 1..)?);
    let values_at = tokens.iter().position(|t| t.as_word() == Some("VALUES"))?;
    let row = tokens.get(values_at + 1..)?;
    let is_single = row.iter().filter(|t| t.is_symbol('(')).count() == 1;
    let values = list(row.get(1..)?);
    if !is_single || columns.len() != values.len() {
        return None;
    }
    let columns: Vec<String> = columns.iter().map(|column| column.to_lowercase()).collect();
    fields::sum_among(columns.iter().map(String::as_str).zip(values.iter().map(String::as_str)), false)
}

/// The items up to the parenthesis that closes, each as one text.
fn list(tokens: &[Token]) -> Vec<String> {
    let end = super::closing(tokens).unwrap_or(tokens.len());
    let items = tokens.get(..end).unwrap_or_default().split(|t| t.is_symbol(','));
    items
        .map(|item| match item {
            [Token::Word { plain, .. } | Token::Identifier(plain)] => plain.clone(),
            [Token::Number(text) | Token::Text(text)] => text.clone(),
            _ => String::new(),
        })
        .collect()
}
