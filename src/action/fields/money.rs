//! Sums of money: under which keys they stand, and how they are spelled.

use super::{Fields, VALUES_MAX};
use crate::call::Amount;
use crate::json::Value;

impl Fields {
    pub(super) fn money(&mut self, joined: &str, value: &Value, inside: &str) {
        let is_sum = matches!(
            joined,
            "amount"
                | "total"
                | "price"
                | "sum"
                | "value_eur"
                | "total_amount"
                | "amount_cents"
                | "betrag"
                | "preis_gesamt"
                | "gesamtbetrag"
                | "montant"
                | "importe"
                | "monto"
                | "cantidad_dinero"
                | "valor"
                | "importo"
                | "金額"
                | "金额"
                | "금액"
                | "राशि"
                | "total_price"
                | "grand_total"
                | "payment_amount"
                | "bid"
                | "amount_usd"
                | "amount_eur"
                | "preis"
                | "prix"
                | "precio"
                | "prezzo"
                | "refund_amount"
                | "quote_amount"
                | "transfer_amount"
                | "cost"
        );
        // `amount_override`, `payout_amount`: whatever else it is called, it is one.
        let is_sum = is_sum || (joined.contains("amount") && !joined.contains("min"));
        let is_sum = is_sum || (joined == "value" && matches!(inside, "amount" | "total" | "price" | "money"));
        match value {
            Value::Number(number) if is_sum => {
                self.amount = Some(
                    self.amount
                        .map_or(number.as_f64(), |sum| if joined == "amount" { sum + number.as_f64() } else { sum.max(number.as_f64()) }),
                )
            }
            Value::String(text) if is_sum => {
                if let Some((number, currency)) = sum_in(text) {
                    self.amount = Some(self.amount.map_or(number, |sum| sum.max(number)));
                    self.currency = self.currency.take().or(currency);
                }
            }
            Value::String(text)
                if matches!(joined, "currency" | "currency_code" | "waehrung" | "devise" | "moneda" | "moeda" | "valuta")
                    && text.len() == 3 =>
            {
                self.currency = Some(text.to_uppercase())
            }
            _ => {}
        }
        if joined.ends_with("_usd") || joined.ends_with("_eur") || joined.ends_with("_gbp") {
            self.currency = self.currency.take().or_else(|| joined.rsplit('_').next().map(str::to_uppercase));
        }
        let is_means = matches!(
            joined,
            "payment_method"
                | "payment_method_id"
                | "payment_methods"
                | "payment_id"
                | "payment_source"
                | "card_number"
                | "card_id"
                | "iban"
                | "credit_card"
                | "payment_token"
        );
        self.pays |= is_means && !matches!(value, Value::Null);
    }
}

/// A sum among `key=value` pairs: a form, the options of a command, the arguments of a call.
pub(in crate::action) fn sum_among<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, is_minor: bool) -> Option<Amount> {
    let (mut found, mut named) = (None, None);
    for (key, value) in pairs.take(VALUES_MAX) {
        match key.trim_start_matches('-').trim() {
            "amount" | "max-price" | "price" | "total" | "sum" | "value" | "max-amount" | "unit_amount" => {
                found = found.or_else(|| sum_in(value))
            }
            "currency" => named = named.or_else(|| Some(value.trim_matches(['"', '\'']).to_uppercase()).filter(|code| code.len() == 3)),
            _ => {}
        }
    }
    let (value, stated) = found?;
    let value = if is_minor { value / 100.0 } else { value };
    Some(Amount { value, currency: stated.or(named) })
}

/// `"12.50"`, `"EUR 1,200.00"`, `"$40"`. A sum in words, in other digits or with an
/// exponent is not read: it stays unknown, which is above every limit.
pub(super) fn sum_in(text: &str) -> Option<(f64, Option<String>)> {
    let text = text.trim();
    let is_currency = |c: char| c.is_alphabetic() || "€$£¥₹₩฿₿".contains(c);
    let is_spelled = |c: char| c.is_ascii_digit() || ".,' -+\u{a0}\u{202f}".contains(c);
    let is_plain = text.trim_matches(|c: char| is_currency(c) || c == ' ' || c == '\u{a0}').chars().all(is_spelled);
    if text.len() > 32 || !is_plain || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    // The last separator with one or two digits behind it parts the cents.
    let cut = digits.rfind(['.', ',']).filter(|at| digits.len() - at <= 3);
    let (whole, cents) =
        cut.map_or((digits.as_str(), ""), |at| (digits.get(..at).unwrap_or_default(), digits.get(at + 1..).unwrap_or_default()));
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let number: f64 = format!("{whole}.{cents}0").parse().ok()?;
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).collect();
    let currency = match letters.to_uppercase().as_str() {
        code if code.len() == 3 => Some(code.to_owned()),
        _ if text.contains('€') => Some("EUR".to_owned()),
        _ if text.contains('$') => Some("USD".to_owned()),
        _ if text.contains('£') => Some("GBP".to_owned()),
        _ if text.contains('¥') => Some("JPY".to_owned()),
        _ => None,
    };
    Some((number, currency))
}
