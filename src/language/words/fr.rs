//! French. An elided word stands alone ("d'accès" is "d", "acces").

use super::Table;
use crate::language::mark::{Mark::*, Object, Umbrella, Verb};

pub(super) const WORDS: Table = &[
    (Small, "ne, n"),
    (
        Not,
        "pas, jamais, rien, aucun, aucune, personne, ne jamais, ne pas, ne rien, en aucun cas, sous aucun prétexte, n .. jamais, ne .. jamais, ne .. rien, n .. rien, ne .. pas, n .. pas, ne .. aucun, n .. aucun, ne .. aucune, n .. aucune, ne .. plus, n .. plus, évite, évitez, surtout pas, point, nul, pas de, pas d, plus jamais, ni, abstiens toi, cesse, arrête, nullement, ne surtout pas, n .. point, au grand jamais, à aucun moment, sous aucune condition, ne .. surtout pas, hors de question de, je ne veux pas, interdis, jms, plus aucun, plus aucune, ne .. nul, garde toi de, gardez vous de, défense",
    ),
    (
        Forbid,
        "interdit, interdite, interdits, interdites, défense de, il est interdit, interdiction, hors limites, proscrit*, pas autorisé, pas permis, laisse .. tranquille, laisse .. tel quel, laisse .. tels quels, laisse .. comme ils sont, laisse .. comme elles sont, restent comme ils sont, restent comme elles sont, reste tel quel, restent inchangés, restent inchangées, reste inchangé, bas les pattes, ne doit pas être touché, intouchable*, hors de question, je t interdis, t interdis, je vous interdis, interdisons, prohibé*, est exclu, sont exclus, exclu, pas question, pas question de, pas touche, tabou, hors limite, n as pas le droit, n a pas le droit, n avez pas le droit, pas le droit de, défendu, ne touche pas à, à ne pas toucher, formellement interdit, strictement interdit, pas touche à, pas touche aux, motif de licenciement, impensable, inacceptable",
    ),
    (
        Frozen,
        "lecture seule, en lecture seule, lire seulement, seulement lire, plan seulement, planifie seulement, propose seulement, seulement proposer, uniquement proposer, contente toi de proposer, ne fais rien, fais rien, ne faites rien, rien faire, ne change rien, ne modifie rien, ne touche à rien, touche à rien, touche a rien, ne touchez à rien, aucune action, pas d action, n exécute rien, \
        n agis pas, n agissez pas, ne commence pas, ne lance rien, ne bouge pas, aucun changement, aucune modification, simulation uniquement, à blanc, attends moi, reste en attente, juste regarder, regarde seulement, analyse seulement, ne fais .. rien, ne fais absolument rien, ne faites .. rien, ne modifie .. rien, ne change .. rien",
    ),
    (
        Ask,
        "demande, demandez, demander, demandes, demandé, demandant, demande moi, demandez moi, consulte, consultez, consulter, consultant, confirm*, confirmation, accord, mon accord, feu vert, valid*, validation, approuv*, approbation, autorisation, ma permission, permission, sans permission, autorise, autorisé explicitement, autorises, mon avis, votre avis, avis préalable, aval, mon aval, \
        montre moi, me montrer, fais moi voir, préviens moi, prévenez moi, me prévenir, prévenir, avertis moi, avertissez moi, vérifie avec moi, vérifiez avec moi, vérifier avec moi, parle m en, en parler, soumets, soumettre, je veux voir, je veux relire, je veux valider, relire, je décide, c est moi qui décide, à moi de décider, consentement, mon oui, mon ok, ok de ma part, bon pour accord, signature, avertir, interroge, le dise, je dise, je te le dise, je te dise, je vous le dise, mon go, relecture, c est moi qui, c est moi, moi qui valide, laisse moi faire, laisse .. moi, je m en charge, je m en occupe, je m occupe, me demander, me consulter, me soumettre, passe par moi, passer par moi, passent par moi, validé par moi, mon visa, visa de, l aval de, agrément, assentiment, ma bénédiction, bénédiction, je donne le feu vert, donne mon accord, mon approbation, ma validation, ma confirmation, mon autorisation, mon consentement, je confirme, j approuve, j ai validé, j ai approuvé, j ai relu, j ai vu, je l ai vu, je l ai lu, j ai vérifié, j ai dit oui, dit oui, je dise oui, j ai confirmé, j ai donné mon accord, j autorise, je le demande, je le demande explicitement, sur ma demande, à ma demande, sur demande, sur mon ordre, ordre de ma part, instruction de ma part, concertation, concert*, en référer à, réfère, référer, prends mon avis, parle moi, parlez moi, fais valider, faire valider, fais moi valider, fais approuver, un humain, une personne, double validation, quatre yeux, contrôle humain, donne le signal, mon signal, dis moi avant, dites moi avant, passe .. par moi, passer .. par moi, passes .. par moi, passez .. par moi, passent .. par moi, vu par, vus par, relu par, relus par, vérifié par, signé par, examiné par, appelle moi avant, arrête toi et demande, arrête et demande, l aie validé, l aie approuvé, l aie vu, aie validé, aie approuvé, aie donné mon accord",
    ),
    (
        Unasked,
        "sans demander, sans me demander, sans prévenir, sans me prévenir, sans m en parler, sans me consulter, en douce, sans que je, sans autorisation, sans mon accord, sans accord, sans accord préalable, sans validation, sans ma validation, sans confirmation, sans mon autorisation, sans mon aval, sans feu vert, sans mon feu vert, sans concertation, sans me le dire, à mon insu, dans mon dos, sans mon ok, sans que je le sache, sans consulter",
    ),
    (
        Alone,
        "tout seul, toi même, de toi même, automatiquement, de ton propre chef, de ta propre initiative, de votre propre chef, de façon autonome, spontanément",
    ),
    (
        AtMost,
        "au plus, au maximum, maximum, max, pas plus de, jusqu à, jamais plus de, limite, moins de, plafond, tout au plus, plus de .. maximum, ne dépasse pas, ne dépassez pas, sans dépasser, pas au delà de, limite toi à, limitez vous à, moins d, maximum de, un maximum de, plafonn*",
    ),
    (
        MoreThan,
        "plus de, plus d, supérieur à, supérieure à, supérieurs à, au dessus de, au delà de, dépass*, excéd*, au dessus, au delà, dépassant, excédant, plus cher que, coûtant plus de, supérieur*, de plus de",
    ),
    (OrMore, "à partir de, ou plus, au moins"),
    (Per, "par, chaque, le, la, en une, en un, dans la"),
    (Time(60), "minute, minutes"),
    (Time(3600), "heure"),
    (Time(86_400), "jour, quotidien*, journée, aujourd hui"),
    (Time(604_800), "semaine, hebdomadaire*"),
    (Time(2_592_000), "mois, mensuel*"),
    (Number(2), "deux"),
    (Number(3), "trois"),
    (Number(4), "quatre"),
    (Number(5), "cinq"),
    (Number(6), "six"),
    (Number(7), "sept"),
    (Number(8), "huit"),
    (Number(9), "neuf"),
    (Number(10), "dix"),
    (Number(12), "douze"),
    (Number(15), "quinze"),
    (Number(20), "vingt"),
    (Number(30), "trente"),
    (Number(50), "cinquante"),
    (Number(100), "cent"),
    (Number(1000), "mille"),
    (Measure, "lignes, caractères, mots, pages, phrases, heures, jours, mo, go, ko, ans, pourcent"),
    (Must, "doit, doivent, faut, il faut, nécessite, nécessitent, requiert, requièrent"),
    (
        Not,
        "ne doit pas, ne doivent pas, ne doit jamais, ne doivent jamais, ne peux pas, ne peut pas, tu ne dois pas, ne dois pas, ne dois jamais, ne doit être, ne doivent être",
    ),
    (
        May,
        "tu peux, vous pouvez, peux, pouvez, libre de, pas de problème, d accord pour, autorisé à, autorisée, autorisés, est ok, sont ok, c est bon, n hésite pas à, n hésite pas, permis, est permis, est autorisé, librement",
    ),
    (
        NoNeed,
        "pas besoin, plus besoin, inutile, n est pas nécessaire, pas nécessaire, pas la peine, tu n as pas besoin, arrête de, cesse de, n as plus besoin, n as pas à, pas obligé",
    ),
    (Without, "sans"),
    (Before, "avant, avant de, avant d, avant que, avant tout, avant toute, d abord, au préalable, préalablement"),
    (
        Unless,
        "sauf si, à moins que, à moins d, à moins de, sauf sur, excepté si, sauf avec, sauf demande, sauf autorisation, sauf ordre, sauf accord, sauf instruction, si ce n est avec, excepté avec, sauf quand, sauf lorsque",
    ),
    (
        Until,
        "jusqu à ce que, tant que, jusqu à nouvel ordre, pour l instant, pour le moment, encore, pas encore, en attendant, tant, avant que je, tant que je, d ici là, jusqu à mon",
    ),
    (
        If,
        "si, quand, lorsque, lorsqu, dès que, une fois, après, pendant, durant, le week end, le vendredi, la nuit, après que, tandis que, le samedi, le dimanche, le lundi, en dehors des heures, les vendredis, pendant les vacances, en cas d urgence, urgence",
    ),
    (
        Only,
        "seulement, uniquement, exclusivement, rien d autre, n .. qu à, n .. qu aux, ne .. qu à, ne .. qu aux, ne .. que, n .. que, que si, que dans, que sur, que quand, juste",
    ),
    (Except, "sauf, excepté, hormis, à part, à l exception de, en dehors des"),
    (Outside, "en dehors de, hors de, hors du, en dehors du, ailleurs que, pas dans, autre que, autres que, partout ailleurs"),
    (And, "et, ou, ni, ainsi que"),
    (But, "mais, cependant, toutefois, par contre, en revanche"),
    (Neglect, "oublie, oublies, oublier, oubliez, manque, omets, omettre, néglige, manquez"),
    (Doubt, "en cas de doute, dans le doute, si tu n es pas sûr, si tu as un doute, si tu doutes"),
    (Question, "pourquoi, comment, qu est ce, est ce que, qui, quel, quelle, quels, combien, as tu, ai je"),
    (
        Verb(Verb::Remove),
        "supprim*, suppression*, efface*, effacer, effacez, effaç*, enlev*, retir*, détrui*, destruction*, jett*, jeter, corbeille, vide, vider, videz, vides, purg*, élimin*, désinstall*, nettoi*, nettoy*, perd*, masqu*, effacement*, suppressions, balanc*, bazard*, virer des fichiers, dégage*, formater, formate, formatage*, détruis*, mets à la poubelle, mettre à la poubelle, poubelle, jetez, bousill*, drop",
    ),
    (Verb(Verb::Cancel), "annul*, résili*, décommand*, annulation*, résiliation*, rembours* .. commande, retourne .. commande"),
    (
        Verb(Verb::Change),
        "modifi*, chang*, édit*, mets à jour, mettre à jour, mise à jour, renomm*, ajust*, adapt*, réécri*, altér*, touch* à la config, désactiv*, activ*, élargi*, reconfigur*, corrig*, report*, bascul*, refactoris*, écris dans, écrire dans, modification*, retouch*, rectifi*, échang*, décal*, déprogramm*, édition*, remani*, paramétr*, reformul*, contourn*",
    ),
    (Verb(Verb::Touch), "touch*, approch*"),
    (Verb(Verb::Overwrite), "écras*, remplac*, réinitialis*, restaur*, rétabli*, écrasement*, remise à zéro, remets à zéro"),
    (
        Verb(Verb::Create),
        "crée, créer, créez, crées, création*, ajout*, fais, faire, faites, écris, écrire, écrivez, génér*, ouvr*, met, mets, mettre, rédig*",
    ),
    (Verb(Verb::Move), "déplac*, copi*, transfert de fichiers, déménag*, range*"),
    (
        Verb(Verb::Send),
        "envoi*, envoy*, répond*, réponse*, contact*, notifi*, transmet*, transfère .. mail, écris à, écrire à, écris aux, expédi*, préviens les, appelle*, téléphon*, relanc*, part, partent, parte, envois, expéd*, contacte, écris, écrire, écrivez, écrit à, appel*, appeler, rappel*, sms, faire suivre, fais suivre, transfér* .. message*, transfér* .. mail*, transférer des messages, transférer des mails, réexpédi*, soumet* .. formulaire*, soumettre le formulaire, messages sortants, répondre, réponds aux, écri* aux clients, accept*, refus*, declin*, transfère, transfères, transférez",
    ),
    (Verb(Verb::Invite), "invit*, inviter, conviez, convi*"),
    (
        Verb(Verb::Share),
        "partag*, communiqu*, divulg*, diffus*, donne .. à des tiers, partage, partager, céd*, transmettre à, remettre à, donne .. à quiconque",
    ),
    (
        Verb(Verb::Publish),
        "publi*, poste, poster, postez, postes, mets en ligne, mettre en ligne, mise en ligne, rend* public, annonc*, tweet*, public, publication*, posts, rend* .. public, rendre .. public, rendre public, mets .. public, annonce*, retweet*",
    ),
    (Verb(Verb::Comment), "comment*"),
    (Verb(Verb::Push), "pousse, pousser, poussez, pousses, poussé, pousse*, push forcé*"),
    (Verb(Verb::Commit), "valide .. commit, commit*, committ*"),
    (Verb(Verb::Merge), "fusionn*, merge*, merger, fusion*"),
    (
        Verb(Verb::Grant),
        "accord*, octro*, attribu*, donne .. accès, donner accès, donner .. droits, donne .. droits, révoqu*, promouv*, promeu*, débloqu*, autorise .. accès, révoc*, bann*, bloqu* .. utilisateur*, bloquer .. utilisateurs, suspend*, promotion*, nomm* admin, rétrograd*, ajout* .. membre*, ajouter .. membres, ajoute .. utilisateur*, ajouter .. utilisateurs, crée .. compte*, créer .. comptes, créer .. compte, donne .. admin, habilit*, retire .. droits, retirer .. droits, retirer .. accès",
    ),
    (
        Verb(Verb::Pay),
        "paie*, paiement*, paye, pay*, achet*, achat*, achèt*, dépens*, virement*, vire, virer, command*, réserv*, rembours*, souscri*, abonn*, fais un don, investi*, règle la facture, règle .. factur*, factur* à, débit*, coût*, vends, vendre, payer, payez, virer de l argent, virements, achats, acheter, commander, commande .. sur, réserver, remboursement*, souscription*, abonner, vente*, vend*, transf* d argent, transférer de l argent, dépense*, facturer, don, dons, verse*, vers* .. euros, prélev*, louer, loue, louez",
    ),
    (
        Verb(Verb::Deploy),
        "déploi*, déploy*, livr*, mise en prod*, mets en prod*, mettre en prod*, mise en production, mettre en production, mets en production, déploiement*, mise en prod, mises en prod, mises en production, rollback*, revenir à la version précédente, redimensionn*, annul* .. déploiement, annuler la mise en production, montée en charge, livraison*",
    ),
    (Verb(Verb::GoLive), "passe en ligne, en ligne, en direct"),
    (
        Verb(Verb::Restart),
        "redémarr*, arrête .. serveur, arrêter .. serveur, éteins, éteindre, relance .. serveur, redémarrage*, reboot*, relanc* .. serveur, arrêt* .. serveur*, arrêter .. service*, arrêter, tuer, tue, tuez",
    ),
    (Verb(Verb::Migrate), "migr*"),
    (
        Verb(Verb::Run),
        "exécut*, lanc*, démarr*, fais tourner, faire tourner, exécution*, lance, lancer, lancez, démarre*, planifi* des tâches, planifier, déclench*",
    ),
    (Verb(Verb::Build), "compil*, construi*"),
    (Verb(Verb::Install), "install*, dépendance*, ajout* .. dépendance*, installation*, mettre à jour .. dépendances"),
    (
        Verb(Verb::Upload),
        "téléverse*, upload*, expos*, fuit*, colle, coller, révèl*, révél*, affiche*, téléversement*, envoie .. sur le cloud, mets .. dans le cloud, imprim*, dévoil*, fuites",
    ),
    (Verb(Verb::Leave), "quitt*, sort*, à des tiers, à l extérieur, vers l extérieur"),
    (
        Verb(Verb::Read),
        "lis, lire, lisez, ouvre, consulte les fichiers, accède*, accéd*, regard*, lecture, fouill*, fouin*, consultation, ouvrir .. fichiers, ouvrir, ouvrez, regarder, espionn*",
    ),
    (
        Verb(Verb::Fetch),
        "télécharg*, navigu*, accès internet, accès à internet, accès réseau, appels api, requêtes, téléchargement*, surf*, aller sur internet, aller sur le web, récupèr* sur internet",
    ),
    (Verb(Verb::Archive), "archiv*, archivage*, marqu* comme lu"),
    (
        Verb(Verb::Act),
        "agi*, agir, action, actions, procèd*, procéd*, continu*, étape, étapes, opération, opérations, entrepren*, fasse, effectu*",
    ),
    (Verb(Verb::Use), "utilis*, emploi*, employ*"),
    (
        Object(Object::File),
        "fichier*, dossier*, document*, code, répertoire*, photo*, image*, pièce jointe, pièces jointes, note, notes, brouillon*, projet, feuille*, tableur*, contenu*",
    ),
    (
        Object(Object::Data),
        "donnée*, enregistrement*, base de données, bases de données, information*, entrée*, ligne*, élément*, chose*, sauvegarde*, table, tables, contacts, historique, coordonnées, truc*",
    ),
    (
        Object(Object::Secret),
        "secret*, confidentiel*, données personnelles, données clients, données des clients, données client, données sensibles, dossiers médicaux, données privées, dossiers patients, données internes",
    ),
    (
        Object(Object::Credential),
        "mot de passe, mots de passe, clé, clés, clef, clefs, identifiant*, clé api, clés api, jeton*, certificat*",
    ),
    (
        Object(Object::Access),
        "droit, droits, droits d accès, droit d accès, accès, autorisations, permissions, les permissions, des permissions, aux permissions, rôle, rôles, privilège*, partages, paramètres de partage, visibilité, pare feu, administrateur*, propriétaire*, paramètres de sécurité, antivirus, droits d admin, droits administrateur, garde fou*, filtre*",
    ),
    (
        Object(Object::Member),
        "membre*, utilisateurs, participant*, compte utilisateur, comptes utilisateur, comptes utilisateurs, compte du client, compte client, comptes clients, compte, comptes, équipe, groupe*",
    ),
    (
        Object(Object::Money),
        "argent, paiement*, carte, carte bancaire, carte de crédit, compte bancaire, budget, somme*, fonds, prélèvement*, actions en bourse, bourse, crypto*, bitcoin*, salaire*, impôt*, assurance*, fournitures, note de frais, notes de frais, euros d achats, chèque*, facturation, publicité, budget pub, remise*, rabais, ristourne*",
    ),
    (Object(Object::Order), "commande*, réservation*, abonnement*, vol, vols, hôtel*, billet*, forfait*, mon contrat"),
    (Object(Object::Event), "rendez vous, réunion*, événement*, évènement*, calendrier*, agenda, rdv, réunions, invitation*"),
    (
        Object(Object::Message),
        "message*, mail*, e mail*, email*, courriel*, courrier*, client, clients, quelqu un, destinataire*, collègue*, gens, fournisseur*, lettre*, conversation*, newsletter*, infolettre*, listes de diffusion, formulaire*, presse, journaliste*, tiers, externes à l entreprise, adresses, adresse, candidat*, voisin*, équipes, abonnés, tout le monde, texto*, sms, commentaire*, chef, patron, compte rendu",
    ),
    (
        Object(Object::Post),
        "article*, site, site web, page*, réseaux sociaux, blog*, billet de blog, forum*, linkedin, facebook, publication*",
    ),
    (Object(Object::Ticket), "ticket*, issue*, pull request*"),
    (Object(Object::Branch), "branche*, dépôt*, distant, dépôt distant, historique git"),
    (
        Object(Object::System),
        "serveur*, service, services, système*, infrastructure*, machine*, environnement*, cluster*, conteneur*, grappe*, base de production, base de prod, instance*, conteneurs",
    ),
    (Object(Object::Package), "paquet*, logiciel*, bibliothèque*, extension*, application*, programme*"),
    (
        Object(Object::Program),
        "script*, programme*, ligne de commande, commandes shell, commande shell, commandes, tâche cron, tâches cron, cron, tâche planifiée, tâches planifiées, automatisation*",
    ),
    (Object(Object::Internet), "internet, web, réseau, lien*, url*"),
    (Object(Object::Tool), "outil*"),
    (
        Anything,
        "quoi que ce soit, quelque chose, tout, toute action, n importe quoi, toute modification, tout changement, toutes les actions, chaque action, ce que ce soit",
    ),
    (Umbrella(Umbrella::Destructive), "destructif*, destructive*, destructrice*, destructeur*"),
    (
        Umbrella(Umbrella::Grave),
        "irréversible*, risqué*, dangereu*, critique*, important, importante, importantes, importants, définitif*, définitive*",
    ),
    (Umbrella(Umbrella::External), "externe*, extérieur*"),
    (Umbrella(Umbrella::Changing), "qui modifie*, qui change*"),
    (Place, "prod, production, en production, préproduction"),
    (
        Saying,
        "mens, mentir, mentez, invent*, mentionn*, devin*, suppos*, excus*, préten*, expliqu*, hallucin*, raconte*, dis, dire, tutoi*, tutoy*, vouvoi*, vouvoy*, promet*, résum*, exagèr*",
    ),
    (
        Style,
        "emoji*, émoji*, bref, brève*, court*, poli*, concis*, français, anglais, ton, style, jargon, formel*, liste à puces, puces, mot, phrase, soigneu*, prudent*, réponds en, répondez en, réponds toujours en, réponds brièvement, message de commit, messages de commit, commentaires dans le code, tiret*, majuscule*, attentif*, anglicisme*",
    ),
    (
        Small,
        "le, la, les, l, un, une, des, du, de, d, à, a, au, aux, en, dans, sur, pour, par, avec, chez, vers, je, j, tu, il, elle, on, nous, vous, ils, me, m, moi, te, t, toi, se, s, lui, leur, mon, ma, mes, ton, ta, tes, notre, nos, votre, vos, son, sa, ses, ce, c, cet, cette, ces, ça, cela, qui, que, qu, quoi, dont, où, y, est, es, suis, sont, être, était, ai, as, avons, avez, ont, avoir, été, fait, \
        s il te plaît, s il vous plaît, svp, stp, toujours, surtout, absolument, vraiment, aussi, bien, très, donc, alors, puis, même, tous, toutes, toute, chaque, quelconque, certain*, nouveau, nouvelle, nouveaux, ancien*, vieux, explicite*, explicitement, préalable, écrit, part, maintenant, désormais, dorénavant, à partir de maintenant, ici, là, soit, aie, ait, ayez, donne, donné, dise, dises, dit, veux, voudrais, faudrait, reste, restent, prends, prendre, va, vas, aller, quel que, peu importe, autre, autres, type, sûr, oui, non, merci, mercis, s'il te plaît, existant*, actuel*, exemple, rendre, tenir, lieu, équipe, plusieurs, quelques, tas, groupe, gros, grand, petit, propre, propres, lot, en masse, vendredi, écrites, écrite, strictement, formellement, mieux, préfère, préférerais, aimerais, ne fais, fois",
    ),
    (Verb(Verb::Truncate), "tronqu*"),
    (Verb(Verb::Close), "ferm*, clôtur*, clos, clore, résoud*, rouvr*"),
    (Verb(Verb::Unsubscribe), "désabonn*, désinscri*, se désabonner"),
    (Verb(Verb::Switch), "éteind*, éteins, éteign*, allum*, coup*, couper, verrouill*, déverrouill*, débranch*, rallum*, désarm*"),
    (Verb(Verb::ForcePush), "push forcé, push force, pushs forcés, push en force, forcer un push, réécri* l historique"),
    (
        Object(Object::Device),
        "chauffage*, lumière*, porte*, alarme*, serrure*, four, caméra*, imprimante*, voiture*, volet*, climatisation, portail, thermostat*, lampe*",
    ),
    (Object(Object::Process), "processus, process, démon*"),
    (Object(Object::Particular), "configuration*, config*, tests, sauvegardes, photos, journaux, logs"),
    (Time(31_536_000), "an, année, annuel*"),
    (Number(11), "onze"),
    (Number(40), "quarante"),
    (Number(200), "deux cents"),
    (Number(500), "cinq cents"),
    (Number(25), "vingt cinq"),
    (Object(Object::Invoice), "facture, factures"),
    (Postpone, "attends avant, attends pour, attends avant de, diffère"),
    (Elsewhere, "ailleurs, partout ailleurs, sinon, tout le reste, pour le reste, le reste, autrement, au delà, dans les autres cas"),
    (Object(Object::Disk), "disque*, disque dur, partition*, clé usb, clés usb, volume*, ssd"),
    (Object(Object::Release), "release, releases, version, versions"),
];
