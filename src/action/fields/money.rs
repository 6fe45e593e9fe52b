//! Sums of money: under which keys they stand, and how they are spelled.

use super::{Fields, VALUES_MAX};
use crate::call::Amount;
use crate::json::Value;

impl Fields {
    pub(super) fn money(&mut self, joined: &str, value: &Value, inside: &str) {
        // `amount_override`, `payout_amount`: whatever else it is called, it is one.
        let is_sum = is_sum_key(joined)
            || joined.contains("amount") && !joined.contains("min")
            || matches!(joined, "value" | "units") && matches!(inside, "amount" | "total" | "price" | "money" | "value");
        match value {
            Value::Number(number) if is_sum => {
                self.amount = Some(
                    self.amount
                        .map_or(number.as_f64(), |sum| if joined == "amount" { sum + number.as_f64() } else { sum.max(number.as_f64()) }),
                )
            }
            Value::String(text) if is_sum => {
                if let Some((number, currency)) = sum_in(text) {
                    self.is_spelled_out |= text.contains(['.', ',']);
                    self.amount = Some(self.amount.map_or(number, |sum| sum.max(number)));
                    self.currency = self.currency.take().or(currency);
                }
            }
            Value::String(text) if is_currency_key(joined) && is_code(text) => self.currency = Some(text.to_uppercase()),
            // `asset: "BTC"` names what moves where nothing else does.
            Value::String(text) if matches!(joined, "asset" | "coin" | "token_symbol") && is_code(text) => {
                self.currency = self.currency.take().or_else(|| Some(text.to_uppercase()));
            }
            _ => {}
        }
        if is_sum && let Some(code) = joined.rsplit('_').next().filter(|code| CODES.contains(code)) {
            self.currency = self.currency.take().or_else(|| Some(code.to_uppercase()));
        }
        self.is_in_cents |=
            is_sum && matches!(joined.rsplit('_').next(), Some("cents" | "minor" | "pence" | "centimes" | "cent" | "centavos"));
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

/// Currencies that keys end in: `amount_usd`.
const CODES: [&str; 12] = ["usd", "eur", "gbp", "chf", "jpy", "inr", "brl", "cny", "cad", "aud", "mxn", "btc"];

fn is_code(text: &str) -> bool {
    (3..=4).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_currency_key(joined: &str) -> bool {
    joined.contains("currency")
        || matches!(
            joined,
            "currency"
                | "currency_code"
                | "ccy"
                | "waehrung"
                | "wahrung"
                | "devise"
                | "moneda"
                | "divisa"
                | "moeda"
                | "valuta"
                | "मुद्रा"
                | "通貨"
                | "货币"
                | "币种"
        )
}

/// Whether a key's value is a sum of money.
fn is_sum_key(joined: &str) -> bool {
    let joined = ["max_", "total_", "net_", "gross_"]
        .iter()
        .find_map(|lead| joined.strip_prefix(lead))
        .filter(|rest| *rest != "amount")
        .unwrap_or(joined);
    let plain = joined
        .rsplit_once('_')
        .filter(|(_, end)| CODES.contains(end) || matches!(*end, "cents" | "minor"))
        .map_or(joined, |(stem, _)| stem);
    matches!(
        plain,
        "amount"
            | "total"
            | "price"
            | "sum"
            | "value_eur"
            | "total_amount"
            | "total_price"
            | "grand_total"
            | "payment_amount"
            | "refund_amount"
            | "quote_amount"
            | "transfer_amount"
            | "order_total"
            | "subtotal"
            | "unit_amount"
            | "amount_due"
            | "amount_money"
            | "bid"
            | "cost"
            | "tip"
            | "donation"
            | "budget"
            | "daily_budget"
            | "salary"
            | "fare"
            | "betrag"
            | "preis_gesamt"
            | "gesamtbetrag"
            | "gesamtpreis"
            | "summe"
            | "preis"
            | "montant"
            | "prix"
            | "somme"
            | "montant_total"
            | "importe"
            | "monto"
            | "importe_total"
            | "cantidad_dinero"
            | "precio"
            | "valor"
            | "valor_total"
            | "preco"
            | "quantia"
            | "importo"
            | "prezzo"
            | "totale"
            | "金額"
            | "合計"
            | "価格"
            | "金额"
            | "总额"
            | "价格"
            | "금액"
            | "राशि"
            | "मूल्य"
            | "कीमत"
    )
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
    let is_currency = |c: char| c.is_alphabetic() || "€$£¥₹₩฿₿₽₺₫".contains(c);
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
    Some((number, currency_in(text)))
}

/// The currency a sum is spelled with: its code, or its sign.
fn currency_in(text: &str) -> Option<String> {
    // Signs that begin like another one stand before it.
    const SIGNS: [(&str, &str); 24] = [
        ("R$", "BRL"),
        ("US$", "USD"),
        ("CA$", "CAD"),
        ("NZ$", "NZD"),
        ("HK$", "HKD"),
        ("MX$", "MXN"),
        ("C$", "CAD"),
        ("A$", "AUD"),
        ("S$", "SGD"),
        ("$", "USD"),
        ("€", "EUR"),
        ("£", "GBP"),
        ("₹", "INR"),
        ("₩", "KRW"),
        ("₽", "RUB"),
        ("₺", "TRY"),
        ("₫", "VND"),
        ("฿", "THB"),
        ("zł", "PLN"),
        ("元", "CNY"),
        ("円", "JPY"),
        ("¥", "JPY"),
        ("₿", "BTC"),
        ("रुपये", "INR"),
    ];
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).collect();
    if is_code(&letters) {
        return Some(letters.to_uppercase());
    }
    match letters.to_lowercase().as_str() {
        "euro" | "euros" => return Some("EUR".to_owned()),
        "dollar" | "dollars" | "usdollars" => return Some("USD".to_owned()),
        "pounds" => return Some("GBP".to_owned()),
        "yen" => return Some("JPY".to_owned()),
        "rupees" => return Some("INR".to_owned()),
        _ => {}
    }
    SIGNS.iter().find(|(sign, _)| text.contains(sign)).map(|(_, code)| (*code).to_owned())
}
