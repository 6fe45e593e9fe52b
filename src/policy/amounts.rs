//! How much: comparisons with money and with a number of items.
//!
//! What the call does not state is above every limit; an unstated number of items
//! is at least one, and above every limit only when the call names a set.

use crate::call::{Action, Amount, Count, Target, TargetSort};
use crate::pin::{Comparison, Order};

/// Whether a number compares as asked.
fn holds(comparison: Comparison, value: f64) -> bool {
    let Comparison { order, bound } = comparison;
    match order {
        Order::Above => value > bound,
        Order::AtLeast => value >= bound,
        Order::Below => value < bound,
        Order::AtMost => value <= bound,
        Order::Exactly => value == bound,
    }
}

/// Whether the number of items is meant.
pub(super) fn count_is_meant(comparison: Comparison, count: Count) -> bool {
    match count {
        Count::Exactly(count) => holds(comparison, count as f64),
        Count::Set => true,
        Count::Unstated => holds(comparison, 1.0),
    }
}

/// How many items these actions of one call affect together. One whose target is
/// still to be filled in may affect any number.
pub(super) fn count_of_all(actions: &[&Action]) -> Count {
    let mut sum = 0_u64;
    for action in actions {
        let is_computed = |target: &&Target| target.sort == TargetSort::Path && target.value.contains(['*', '?', '$', '`', '{']);
        match action.count {
            _ if action.targets.iter().any(|target| is_computed(&target)) => return Count::Set,
            Count::Set => return Count::Set,
            Count::Exactly(count) => sum = sum.saturating_add(count),
            Count::Unstated => sum = sum.saturating_add(1),
        }
    }
    Count::Exactly(sum)
}

/// How much money these actions of one call move together, where all of it is stated in one currency.
pub(super) fn money_of_all(actions: &[&Action]) -> Option<Amount> {
    let amounts: Option<Vec<&Amount>> = actions.iter().map(|action| action.amount.as_ref()).collect();
    let amounts = amounts?;
    let currency = amounts.iter().find_map(|amount| amount.currency.clone());
    let is_one = amounts.iter().all(|amount| amount.currency.is_none() || amount.currency == currency);
    is_one.then(|| Amount { value: amounts.iter().map(|amount| amount.value).sum(), currency })
}

/// Whether the money is meant. With both a bound and currencies the currencies are
/// the bound's unit: an amount in another one cannot be compared, so it is above
/// it. With currencies alone they are what is meant.
pub(super) fn money_is_meant(bound: Option<Comparison>, currencies: &[String], amount: Option<&Amount>) -> bool {
    let Some(amount) = amount else { return true };
    let in_currency = amount.currency.as_deref().is_none_or(|currency| is_among(currency, currencies));
    match bound {
        None => in_currency,
        Some(_) if !in_currency || amount.value.is_nan() => true,
        Some(bound) => holds(bound, amount.value),
    }
}

/// What is no currency code may be any currency.
fn is_among(currency: &str, currencies: &[String]) -> bool {
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
    let excepted = currencies.iter().filter_map(|code| code.strip_prefix('!')).any(|code| code.eq_ignore_ascii_case(currency));
    let mut meant = currencies.iter().filter(|code| !code.starts_with('!')).peekable();
    let is_meant = meant.peek().is_none() || meant.any(|code| code.eq_ignore_ascii_case(currency) || code == "*");
    !is_code || (is_meant && !excepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(value: f64, currency: &str) -> Option<Amount> {
        Some(Amount { value, currency: (!currency.is_empty()).then(|| currency.to_owned()) })
    }

    const ABOVE_50: Comparison = Comparison { order: Order::Above, bound: 50.0 };

    #[test]
    fn money_is_compared_in_its_own_currency() {
        let euros = ["EUR".to_owned()];
        let meant = |amount: Option<Amount>| money_is_meant(Some(ABOVE_50), &euros, amount.as_ref());
        assert!(meant(money(50.01, "EUR")) && !meant(money(50.0, "eur")));
        assert!(meant(money(1.0, "USD")) && meant(None) && meant(money(f64::NAN, "EUR")));
        assert!(!meant(money(20.0, "")), "an amount without a currency is taken in the pin's own");
    }

    #[test]
    fn a_currency_alone_says_which_money_is_meant() {
        let dollars = ["USD".to_owned()];
        let meant = |amount: Option<Amount>| money_is_meant(None, &dollars, amount.as_ref());
        assert!(meant(money(1.0, "usd")) && meant(money(1.0, "")) && meant(money(1.0, "US dollars")) && meant(None));
        assert!(!meant(money(1.0, "EUR")));
    }

    #[test]
    fn a_set_is_above_every_limit_and_an_unstated_number_is_one() {
        let above_10 = Comparison { order: Order::Above, bound: 10.0 };
        assert!(count_is_meant(above_10, Count::Set) && count_is_meant(above_10, Count::Exactly(11)));
        assert!(!count_is_meant(above_10, Count::Exactly(10)) && !count_is_meant(above_10, Count::Unstated));
    }
}
