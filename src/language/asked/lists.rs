//! The small words around a request, in nine languages: one list a purpose, folded,
//! parted by spaces.

/// Before the verb of a request. Folded.
pub(super) const OPENERS: &str = "please pls plz kindly now then next also just ok okay yes hey hi hello so and first finally go ahead bitte \
     jetzt dann ja s'il te vous plait maintenant puis oui por favor ahora si agora sim per favore \
     adesso poi 请 帮 我 把 将 कृपया अब";

/// After the object. Folded.
pub(super) const POLITE: &str = "please pls plz thanks thank you thx now today too bitte danke jetzt merci gracias obrigado obrigada grazie por \
     favor per favore 谢谢 吧 दो दीजिए दें करो करें कर कीजिए s'il te vous plait svp stp";

/// Before a name or a noun.
pub(super) const DETERMINERS: &str = "the my our this that these those der die das den dem meine meinen mein le la les mon ma mes el los las mi mis o \
     os as meu minha il lo i gli mio mia を は को a l";

/// Between names, or between requests.
pub(super) const AND: &str = "and & + und et y e 和 与 及 と और aussi sowie plus";

/// Before whom something is sent to.
pub(super) const TOWARDS: &str = "to an a para per al alla ao 给 に को";

/// Nouns that may stand behind a name and leave it what it is.
pub(super) const SORTS: &str = "file folder directory branch table mail email message event meeting datei ordner fichier dossier archivo \
     carpeta arquivo pasta cartella 文件 文件夹 ファイル फ़ाइल";

/// Joining words, whatever the tables mark them as.
pub(super) const JOINTS: &str = "from in on of at with about to under inside within by via into onto for as like than aus von vom im auf mit \
     uber an nach zu dans de du des sur avec en del con sobre desde do da dos em no na com di dal dalla nel nella su \
     da para per al alla ao 从 在 给 的 から に の से में का की";

/// Words for another time than now.
pub(super) const LATER: &str = "later tomorrow tonight soon eventually sometime someday monday tuesday wednesday thursday friday saturday sunday \
     morning noon afternoon evening midnight week month year hour hours minutes pm am morgen spater montag dienstag mittwoch \
     donnerstag freitag samstag sonntag abend demain tard soir lundi mardi mercredi jeudi vendredi samedi dimanche \
     manana tarde lunes martes miercoles jueves viernes sabado domingo amanha segunda domani dopo sera 明天 明日 后天 以后 कल बाद";

/// How a request ends in languages whose verb comes last.
pub(super) const FINAL: &str = "してください して下さい してくれ して しろ せよ お願いします 消してください 消して दो दीजिए दें करो करें कीजिए";

/// Whether a folded word stands in a list.
pub(super) fn holds(list: &str, folded: &str) -> bool {
    list.split_ascii_whitespace().any(|word| word == folded)
}

/// Whether a sentence ends as requests do in languages whose verb comes last.
pub(super) fn ends_as_request(sentence: &str) -> bool {
    FINAL.split_ascii_whitespace().any(|end| sentence.ends_with(end))
}
