//! English.

use super::Table;
use crate::language::mark::{Mark::*, Object, Umbrella, Verb};

pub(super) const WORDS: Table = &[
    (
        Not,
        "never, do not, dont, does not, doesnt, must not, mustnt, may not, shall not, should not, shouldnt, cannot, can not, cant, could not, not, no, nothing, nobody, no one, none, neither, avoid, refrain from, not to, never ever, under no circumstances, at no point, at no time, by no means, in no case, on no account, wont, will not, isnt, is not, arent, are not, stop, cease, quit, not even, no more, do nt, ought not, dare not, don t, not .. allowed to, not permitted to, not supposed to, not authorized to, not authorised to, forbidden to, prohibited from, forbidden from, not going to, nowhere, no further, no longer, under no condition, under no conditions, on no condition, hardly ever, not ever, thou shalt not, shalt not, you are not to, are not to, is not to, not to be, have no business, has no business, are in no position to, no reason to, at no time ever, do not ever, dont ever, do not under any circumstances, dont under any circumstances, under no circumstance, in no event, on no account ever, ain t, aint, cant ever, plz dont, not gonna, keep from, not cleared to, by no means ever, not one, not a single, no way, i d be furious if, i d be upset if, i d be angry if, i d hate it if, i d hate if, i d be unhappy if, i d be mad if, it would be a disaster if, it would be terrible if, i ll be furious if, i ll be angry if, heaven forbid, god forbid, woe betide you if, i d rather you didn t, i d rather you not, i d prefer you didn t, i d prefer you not, i d prefer that you not, id rather you didnt, didn t, didnt, doesn t, don t ever you, stop short of, stops short of, leave off, desist from, abstain from, hold back from, think twice before",
    ),
    (
        Closed,
        "off limits, off limit, out of bounds, stay out of, stay away from, keep out of, keep away from, steer clear of, is closed to you, are closed to you, keep off",
    ),
    (
        Forbid,
        "is forbidden, are forbidden, is prohibited, are prohibited, forbidden, prohibited, forbid, forbids, prohibit, banned, is not ok, is not okay, isnt ok, isnt okay, not ok to, not okay to, not ok, not okay, not allowed, isnt allowed, arent allowed, unacceptable, not acceptable, not an option, taboo, a no go, no go, not permitted, hands off, keep your hands off, keep hands off, leave .. alone, leave .. as is, leave .. as it is, leave .. as they are, leave .. untouched, leave .. unchanged, leave .. intact, remain unchanged, stay unchanged, stay as is, stay as they are, stay as it is, stays as it is, stays as is, remain untouched, must stay untouched, is read only, are read only, is read only for you, treat .. as read only, sacred, untouchable, no permission to, not have permission to, not have .. permission to, not have my permission to, not have my approval to, dont you dare, a no no, no no, out of the question, not on, verboten, not in your remit, none of your business, not your job, off the table, i forbid, forbid you, stay .. as they are, stays .. as it is, stay .. as is, stays .. as is, remain .. as they are, remains as it is, remains untouched, stays untouched, must remain, are not to be touched, disallowed, strictly off limits, illegal, against the rules, a violation, barred, vetoed, not welcome, hands off of, don t go near, keep your paws off, leave .. well alone, keep .. as is, keep .. as it is, keep .. as they are, keep .. intact, keep .. untouched, no touching, do not touch, a firing offence, a firing offense, a sackable offence, a crime, grounds for dismissal, a cardinal sin, unthinkable, never ok, never okay, never acceptable, never allowed, i won t have, won t be tolerated, will not be tolerated, not tolerated, unwelcome, frowned upon, strictly verboten, a dealbreaker, a deal breaker, reserved for admins",
    ),
    (
        Frozen,
        "plan only, planning only, only plan, just plan, read only, readonly, read only mode, view only, look but dont touch, look dont touch, look only, only look, just look, \
        dry run, dry run only, dry run mode, hold fire, hold your fire, stand by, stand down, stay put, sit tight, wait for me, wait for my go, wait for my signal, wait for instructions, wait for further instructions, \
        hands off the tools, keep your hands off the tools, keep hands off the tools, hands off tools, hands off everything, hands off the keyboard, no actions, no action, take no action, take no actions, \
        dont action, do not action, dont act, do not act, never act, must not act, dont do anything, do not do anything, do nothing, dont do a thing, dont make any changes, do not make any changes, no changes, make no changes, \
        dont make changes, do not make changes, dont change anything, do not change anything, change nothing, dont touch anything, do not touch anything, touch nothing, \
        dont take any action, do not take any action, dont take any actions, do not take any actions, dont take action, do not take action, \
        dont execute anything, do not execute anything, dont execute yet, dont start yet, do not start yet, dont start anything, dont proceed, do not proceed, dont continue, do not continue, \
        never proceed, never continue, suggest only, only suggest, only propose, propose only, recommend only, only recommend, suggestions only, just suggest, \
        proposals only, advice only, only advise, only report, report only, report back only, just report, analysis only, only analyse, only analyze, analyze only, analyse only, just analyse, just analyze, \
        research only, only research, only read, just read, observe only, only observe, no side effects, no tool calls, no tools, dont use any tools, do not use any tools, dont call any tools, do not call any tools, dont use tools, \
        dont lift a finger, nothing may be changed, nothing is to be changed, nothing gets changed, nothing changes, nothing happens, nothing is to happen, leave everything as is, leave everything as it is, leave everything alone, \
        change nothing, not a single change, not change a thing, not touch a thing, do absolutely nothing, dont do anything at all, do not do anything at all, change absolutely nothing, touch absolutely nothing",
    ),
    (
        Ask,
        "ask, asks, asking, asked, ask me, ask first, ask me first, consult, consulting, confirm, confirms, confirming, confirmed, confirmation, confirmations, check with, check w, checks with, checking with, checked with, check in with, checking in with, double check with, check first, check back with, verify with, clear it with, clear .. with me, clear this with, clearance, clearing it with, approval, approvals, approve, approves, approved, approving, my permission, permission from, explicit permission, the users permission, written permission, prior permission, without permission, for permission, your permission, given permission, give permission, user permission, human permission, get permission, has permission from, sign off, signs off, signed off, signoff, my say so, my ok, my okay, my go, my go ahead, go ahead from, a go ahead, an ok from, ok from me, okay from me, ok from, get an ok, get the ok, get a yes, explicit yes, a yes from, my yes, my word, yes from, green light, greenlight, thumbs up, my consent, consent, explicit consent, my agreement, my blessing, blessing, my green light, authorization, authorisation, authorize, authorise, authorized, authorised, authorizes, run it by, run this by, run that by, run them by, run .. by me, run .. past me, run .. past, run it past, run everything past, run everything by, past me first, by me first, let me know first, let me know before, tell me before, tell me first, inform me before, notify me before, notify me first, warn me before, warn me first, show me, shown to me, let me see, let me review, let me look, let me check, let me read, let me approve, let me decide, let me confirm, i want to see, i want to review, i want to read, i want to check, i want to look at, i want to approve, i want a say, i want the final say, i need to see, i need to review, i need to approve, id like to see, id like to review, i d like to see, i d like to review, i d like to approve, i d like to confirm, i get to see, i must see, i have to see, i review, i have reviewed, i ve reviewed, i approve, i confirm, i decide, i make the call, ill decide, i ll decide, up to me, is my call, my call, my decision, is my decision, my review, for review, my reviewing, human review, human approval, human in the loop, human sign off, manual approval, manual confirmation, review first, second pair of eyes, four eyes, second opinion, a person, pause for me, pause and wait, stop and wait, wait for my, wait for me to, wait until i, waits for my, await my, awaiting my, touch base, talk to me, speak to me, ping me, come to me, come back to me, get back to me, vet, i vet, vetted, sanity check with, propose it to me, propose .. first, flag it to me, flag it for me, raise it with me, discuss .. with me, discuss with me, discuss it, discuss first, be asked, wants to be asked, want to be asked, need a yes, needs a yes, requires a yes, verify w, verification from, submit .. for approval, seek, obtain .. approval, request .. approval, request approval, request confirmation, ask a human, ask the user, ask a supervisor, prompt me, prompt the user, warn and ask, escalate to me, escalate to a human, checking w, cleared with, cleared by, cleared it with, okayed, ok it, okay it, ok d, i okay, i ok, i sign, agreed with me, agreed, agree to it, agree to, past me, by me first, being asked, keep asking, goes through me, go through me, through me first, via me first, has to go through me, nod, my nod, the nod, go ahead from me, give the word, i give the word, given the word, last word, the last word, final word, final say, have the final say, say the word, i say yes, i say so, say so, i tell you, until i tell, i agree, i ve agreed, i agreed, we agree, agree, agrees, two of us agree, vouch, vouched, ill handle, i ll handle, i will handle, i handle, i do .. myself, i take care of, ill take care of, i ll take care of, leave .. to me, leave .. for me, is my job, are my job, is my business, my responsibility, my department, reserved for me, reserved for humans, done by me, only i may, only i can, only i, let me press, let me hit, let me do, let me send, let me handle, let me pick, let me choose, let me click, let me make, let me run, let me merge, let me deploy, let me delete, let me pay, let me have a look, let me take a look, i ve had a look, had a look, i ve looked, i looked, i ve seen, i have seen, ive seen, i ve read, i have read, ive read, i ve proofread, i have proofread, ive proofread, i ve checked, i have checked, ive checked, i ve signed off, i ve tested, i have tested, i ve okayed, i ve confirmed, i ve approved, i have approved, ive approved, i have confirmed, okayed by, to okay, okay every, okay all, okay each, ok every, ok each, ok all, sanction, sanctioned, countersign*, clear .. with, clear anything with, run anything by, run .. with me, my clearance, clearance from, clearance by, sign it off, authorised by, authorized by, greenlit, my permit, my assent, my nod of approval, permission slip, i give you the go, the go ahead, tap me on the shoulder, raise your hand, put it to me, put .. to me, bring it to me, present .. to me, hand it to me, wait on me, wait for a human, wait for a person, wait for approval, wait for sign off, wait for confirmation, needs a human, requires a human, four eyes principle, two person rule, peer review, dual control, tell me and i, ask permission, ask for a yes, okay from, with the okay of, in agreement with me, i get asked, i m asked, i am asked, i want to know first, i want to know before, i should know before, i d like to know before, when told, when i tell you, i told you, told to, unless told, unless instructed, unless directed, unless requested, when asked, unless asked, unless i ask, instructed to, instructed, on my instruction, at my request, on request, my instruction, i request, i say, i ask, i want you to, i ve said, i have said, check before, check prior to, double check before, check in before, verify before, check beforehand, ask prior, clarify first, ask around, seen by, read by, reviewed by, checked by, vetted by, inspected by, examined by, looked at by, looked over by, signed by, countersigned by, signature, stop and call, stop and ask, stop and tell, call me first, call me before, ring me first, text me first, clear with, blessed by, endorsed by, ratified by, greenlighted",
    ),
    (Tell, "let me know, tell me, inform me, notify me, warn me, give me a heads up, heads up, announce it to me"),
    (
        Unasked,
        "unprompted, uninvited, unsolicited, unasked, unconfirmed, unapproved, unauthorised, unauthorized, behind my back, unreviewed, without telling me, without letting me know, without informing me, without warning, without notifying me, without talking to me, silently, unbeknownst to me, without me saying so, without me knowing, without my knowledge, without my knowing, without checking, without a word, without a human, without a person, without me, without consulting, without a second pair of eyes, without running it by, without clearing it",
    ),
    (
        Unbidden,
        "assume you may, assume that you may, assume you can, assume that you can, assume you have, assume that you have, assume you re, assume it is ok, assume it s ok, assume i, assume that i, take for granted, assume permission, assume approval, presume",
    ),
    (
        Alone,
        "on your own, by yourself, on your own initiative, of your own accord, at your own discretion, autonomously, automatically, proactively, unattended, unilaterally, on its own, by itself, independently, off your own bat, at your own initiative, without supervision, unsupervised, as you see fit, yourselves, of your own",
    ),
    (
        AtMost,
        "at most, no more than, not more than, max, maximum, maximum of, a maximum of, max of, up to, limit to, limited to, limit yourself to, limit, capped at, cap, cap .. at, not exceed, never exceed, dont exceed, do not exceed, at the most, never more than, less than, fewer than, no bigger than, not over, never over, no over, \
        must not exceed, may not exceed, stay under, stay below, keep it under, keep under, keep it below, stay within, dont go over, do not go over, dont send more than, do not go above, dont go above, never go over, not larger than, cap yourself at, keep to, keep it to, not exceeding, not to exceed, no greater than, limit of, a limit of, a cap of, maximally, tops, or fewer, or less, no higher than, at the very most, never above, never beyond, not above, not beyond, cap of, budget of, ceiling of, quota of, ration yourself to",
    ),
    (
        MoreThan,
        "more than, above, over, exceeding, exceeds, exceed, larger than, greater than, higher than, bigger than, beyond, upwards of, in excess of, costs more than, worth more than, pricier than, costlier than, dearer than, north of, pricier, costing more than, costing over, bigger, larger, that exceeds, that exceed, costs over, longer than, larger amounts",
    ),
    (OrMore, "or more, and up, and above, or above, or higher, or over, and over, at least, upwards, plus"),
    (Per, "per, a, an, each, every, in a, in one, within a, in any, within any"),
    (Time(1), "second"),
    (Time(60), "minute, min, minutes"),
    (Time(3600), "hour, hourly, an hour, hours each, per hour"),
    (Time(86_400), "day, daily, today, 24 hours, per day, days each, a day"),
    (Time(604_800), "week, weekly, this week"),
    (Time(2_592_000), "month, monthly, this month, per month"),
    (Number(1), "one, once, a single, single"),
    (Number(2), "two, twice, a couple of, couple of, a pair of, pair of, a couple"),
    (Number(3), "three"),
    (Number(4), "four"),
    (Number(5), "five"),
    (Number(6), "six"),
    (Number(7), "seven"),
    (Number(8), "eight"),
    (Number(9), "nine"),
    (Number(10), "ten"),
    (Number(12), "twelve, a dozen, dozen"),
    (Number(15), "fifteen"),
    (Number(20), "twenty"),
    (Number(25), "twenty five"),
    (Number(30), "thirty"),
    (Number(50), "fifty"),
    (Number(100), "hundred, a hundred, one hundred"),
    (Number(1000), "thousand, a thousand, one thousand"),
    (Currency, "bucks, pounds, yen, rupees, francs, quid, cents"),
    (
        Measure,
        "lines, characters, words, megabytes, gigabytes, kilobytes, degrees, percent, pages, seconds, hours, days, weeks, months, years, km, miles, rows of output, tokens long, sentences, paragraphs",
    ),
    (
        Must,
        "must, has to, have to, needs to, need to, shall, ought to, should, required to, is required, requires, require, needs, need, must be, have got to, has got to, is to be, are to be",
    ),
    (
        May,
        "you may, may, you can, can, feel free, free to, you re free to, go ahead, is fine, are fine, is ok, are ok, is okay, are okay, s fine, s ok, s okay, fine to, ok to, okay to, is allowed, are allowed, allowed to, allowed, permitted to, is acceptable, are acceptable, acceptable, \
        welcome to, no problem, at will, whenever you want, whenever you like, i trust you, i trust you to, you have my permission, you have my approval, by all means, without limits, is good, are welcome",
    ),
    (
        NoNeed,
        "no need to, no need for, there s no need to, dont need to, do not need to, dont need, do not need, doesnt need, does not need, doesnt require, does not require, neednt, need not, dont have to, do not have to, not necessary to, dont bother, do not bother, stop asking, stop confirming, \
        stop checking, not required, isnt required, is not required, no longer need to, no longer need, not needed, isnt needed, instead of asking, no .. needed, no .. required, no .. necessary, don t need to",
    ),
    (Without, "without, with no, lacking, absent, w o"),
    (Before, "before, prior to, ahead of, in advance of, beforehand, earlier than, first before"),
    (Unless, "unless, except if, except when, except with, other than when, save when, unless and until, barring, save if, absent"),
    (
        Until,
        "until, till, til, until then, yet, not yet, just yet, for now, for the moment, for the time being, right now, at this stage, so far, as yet, pending, not now, this time, while i m, while i am, until such time, until after, til i, as long as i have not, while i m away, while i am away, hold off until",
    ),
    (
        If,
        "if, when, whenever, while, as long as, once, after, during, provided, provided that, in case, assuming, where, because, on mondays, on fridays, on friday, on weekends, at the weekend, at night, on friday*, on weekend*, on monday*, on sunday*, on saturday*, on holiday*, outside business hours, outside office hours, between, on a friday, on sundays, on tuesdays, on wednesdays, on thursdays, on saturdays, during business hours, after hours, out of hours, over the weekend, at weekends, on holidays, during the freeze, during a freeze, overnight, in december, in emergencies, in an emergency, unless it is an emergency, emergency",
    ),
    (
        Only,
        "only, exclusively, solely, nothing but, nothing else, no one else, none other, no others, no other, nothing more, nobody else, nowhere else, strictly, restricted to",
    ),
    (
        Except,
        "except, except for, excepting, apart from, other than, besides, aside from, excluding, but not, save for, with the exception of, exempt, exceptions, bar, anything else than, anything but, except in, except on, except to, but for, excluding those, leaving aside, not counting, barring, minus, unlike, with the sole exception of, except those",
    ),
    (
        Outside,
        "outside, outside of, beyond, elsewhere than, outside my, not inside, not within, beyond the, out of, anywhere but, anywhere except, anywhere other than, not below, not under",
    ),
    (And, "and, or, nor, as well as, and or, plus, &, also, then"),
    (But, "but, however, though, although, yet do, instead, except that, otherwise"),
    (
        Neglect,
        "fail to, fails to, failing to, forget to, forgetting to, skip, skipping, neglect to, omit to, omit, hesitate to, forget, assume",
    ),
    (
        Doubt,
        "when in doubt, if in doubt, if you are unsure, if you re unsure, if unsure, when unsure, if you are not sure, if youre unsure, if you re not sure, in case of doubt, if uncertain, when uncertain, if anything is unclear, if something is unclear, if you have questions, if you have any questions, whenever unsure, not sure, if unclear",
    ),
    (
        Question,
        "why, how, what, what s, who, whose, which, did, does, is it, is there, are there, was, were, have you, has, had, am i, do you, are you, do i, how come, when did, when will, where is, where are",
    ),
    // -- effects
    (
        Verb(Verb::Remove),
        "delete*, deleting, deletion*, remove, removes, removed, removing, removal*, eras*, wipe, wipes, wiped, wiping, purg*, trash, trashes, trashing, trashed, get rid of, getting rid of, gets rid of, throw away, throw out, throwing away, discard*, destroy*, destruction, scrub, scrubbing, nuke, nuking, \
        clear out, clearing out, empty, emptying, drop, drops, dropping, dropped, prune, pruning, clean up, cleaning up, cleanup, clean out, unlink, delet, lose, losing, dispos*, eliminat*, expunge, hide, hiding, vanish, disappear, kill, killing, terminat*, uninstall*, deactivat*, close .. account, closing .. account, zap, obliterat*, get deleted, spam folder, yeet, yeeting, binned, bin it, rm -f, chuck out, toss, tossing, blow away, blowing away, torch, wiping out, wipe out, flush, flushing, shred, shredding, delist, ditch, ditching, take out the trash, do away with",
    ),
    (
        Verb(Verb::Cancel),
        "cancel, cancels, cancelled, cancelling, canceled, canceling, cancellation*, call off, calling off, revoke .. order, return, returns, returned, returning, decline",
    ),
    (
        Verb(Verb::Change),
        "change, changes, changed, changing, modif*, alter, alters, altered, altering, alteration*, edit, edits, edited, editing, update, updates, updated, updating, adjust*, tweak*, rewrit*, rewrote, rename, renames, renaming, amend*, fiddle with, mess with, messing with, tamper*, tinker*, reconfigur*, refactor*, convert*, patch, patching, fix, fixing, exchange, exchanges, exchanged, exchanging, switch, switching, reformat*, set, setting, toggle, reschedul*, postpone*, swap, swapping, upgrade, upgrades, upgrading, downgrad*, widen, widening, loosen, loosening, relax, disabl*, enabl*, turn off, turning off, switch off, write to, writes to, writing to, write into, write in, save to, correct, manipulat*, reorgani*, reformat, overhaul, overhauling, hand edit, hack on, flip, flipping, retitl*, reassign*, reword*, revise, revises, revising, translate .. in place, bump, bumping, pause, pausing, lower, lowering, extend, extending, shorten*, merge cells, bypass*, circumvent*, work around, evade, sidestep*, override, overrides, overriding",
    ),
    (
        Verb(Verb::Touch),
        "touch, touches, touched, touching, mess around with, go near, lay a finger on, meddle with, meddling with, interfer*",
    ),
    (
        Verb(Verb::Overwrite),
        "overwrit*, overwrote, replac*, clobber*, reset, resets, resetting, revert, reverts, reverting, restore, restores, restoring, discard changes, stomp on, format, formatting the disk, wipe over, squash, squashing, stomp, stomping, override .. file, roll .. back to",
    ),
    (
        Verb(Verb::Create),
        "create, creates, created, creating, creation, add, adds, added, adding, make, makes, making, made, write, writes, writing, written, generat*, insert*, put, puts, putting, set up, setting up, register*, raise, raising, file, draft, drafting, spin up, spinning up, provision*, save, saves, saving, new",
    ),
    (Verb(Verb::Move), "move, moves, moved, moving, relocat*, copy, copies, copied, copying, shift, shifting"),
    (
        Verb(Verb::Send),
        "send, sends, sending, sent, forward, forwards, forwarding, forwarded, reply, replies, replying, replied, respond to, responds to, responding to, answer, answers, answering, mail, mailing, emailing, email, message, messaging, text, texting, contact*, notify*, write to customers, write to clients, reach out, reaching out, get in touch with, dispatch*, mail out, goes out, go out, going out, went out, outgoing, correspond*, dm, dming, call, calling, phone, phoning, receive, receives, receiving, alert, alerting, ring up, ping, pinging, submit*, bcc, cc, email anyone, message anyone, announce to, deliver, text anyone, whatsapp anyone, phone anybody, phone anyone, fax, shoot .. an email, drop .. a line, write back, writing back, message anybody, dms, contact anybody, cold call, nudge, pester, follow up with, press send, hit send, click send, accept, accepts, accepting, accepted, decline, declines, declining, forwarded on, emailed",
    ),
    (
        Verb(Verb::Invite),
        "invite*, inviting, invitation*, add .. participants, add .. attendees, adding .. participants, rsvp, accept .. invitation, accept .. invitations, accepting invitations, accept .. invite",
    ),
    (
        Verb(Verb::Share),
        "share, shares, shared, sharing, hand out, hand over, pass on, passing on, distribute*, distributing, disclos*, give .. away, let .. see, lets .. see, let .. read, show .. to others, show .. to anyone",
    ),
    (
        Verb(Verb::Publish),
        "publish*, publication*, post, posts, posting, posted, announc*, broadcast*, make .. public, makes .. public, go public, goes public, going public, made public, public, publicly, put online, put .. online, release, releases, releasing, released, upload to youtube, blog about, tweet*, make .. visible to everyone, visible to everyone, visible to the public, list .. publicly, put up, put out, make .. repo public, open source, syndicate, livestream, stream publicly, toot, retweet*, reblog*, upload to npm",
    ),
    (
        Verb(Verb::Comment),
        "comment, comments, commenting, commented, review comment, leave a comment, leave comments, react to, leave a review, leave reviews",
    ),
    (Verb(Verb::Push), "pushed to, push anything, push code"),
    (
        Verb(Verb::ForcePush),
        "force pushing, force pushed, rewrite history, rewriting history, rewrite git history, rewriting git history, rewrite the history, rewrite the git history",
    ),
    (Verb(Verb::Commit), "committing, committed, commits anything, check in code, commit to git, git commits, amend commits, check in"),
    (Verb(Verb::Merge), "merging, merged, land, landing"),
    (
        Verb(Verb::Grant),
        "grant*, give .. access, give .. rights, give .. permission to others, give .. admin, gives .. access, giving .. access, giving .. rights, giving .. admin, given .. access, make .. admin, make .. an admin, make .. owner, promot*, revok*, assign .. role, assigning .. role, elevat*, whitelist*, allowlist*, add .. members, add .. member, add .. collaborators, add .. collaborator, adding .. collaborators, add .. users, add .. user, adding .. users, let .. in, open up access, escalate .. privileges, unlock, unlocking, impersonat*, ban, bans, banning, banned, unban, block users, block user, block anyone, kick .. from, kicking, suspend, suspending, hand out .. access, extend .. access, deputi*, strip .. of access, demot*, onboard, onboarding, offboard*, add anyone to, let anyone in, remove .. from the team, chmod, make .. editor, gets .. rights, gets .. access, get .. rights, get .. access",
    ),
    (
        Verb(Verb::Rotate),
        "rotat*, regenerat*, reissue, renew .. key, reset .. password, resetting .. password, reset .. passwords, change .. password, changing .. password, change .. passwords",
    ),
    (
        Verb(Verb::Pay),
        "pay, pays, paying, paid, payment*, spend*, spent, buy, buys, buying, bought, purchas*, wire, wires, wiring, wire transfer, wire transfers, bank transfer, bank transfers, refund*, reimburs*, charge, charges, charging, charged, donat*, invest*, checkout, check out, bid, bids, bidding, tip, book, books, booking, booked, reserve, reserving, reservation*, order, orders, ordering, ordered, subscrib*, renew, renews, renewing, renewal*, top up, payout*, place .. order, place .. orders, placing .. order, placing .. orders, trade, trades, trading, sell, selling, transfer money, transfer .. money, transfers, transfer, transferring, compensat*, money out, settle, settling, commit .. money, shell out, cost money, costs money, costs, cost, costing, remit, remitting, tip anyone, bankroll, cash out, withdraw, withdraws, withdrawing, withdrawal*, deposit, depositing, prepay, splurg*, hire, hiring, upgrade .. plan, upgrade the plan, upgrade plans, credit .. account, chargeback*, loan, lend, lending, borrow*, sponsor*, swipe, rent, renting, lease, leasing, issue .. invoice, send .. invoice, payouts, expense anything, transact*, spendings, purchase*",
    ),
    (
        Verb(Verb::Deploy),
        "ship, ships, shipping, shipped, roll out, rolling out, rolls out, rolled out, roll back, rolling back, provision, launch, launching, apply, applies, applying, bring up, take down, taking down, put into production, scal*, push to prod, push .. live, promote to prod, promote to production, release to production, cut over, canary, rollback, rollbacks, rolled back, revert .. deploy, revert .. release, cut .. release to prod, helm, bring down, scale up, scale down, scaling, resiz*, roll .. back, bring .. down, take .. down, take .. offline, take offline",
    ),
    (Verb(Verb::GoLive), "go live, goes live, going live, went live, gone live, live to, put live, made live, make .. live, flip .. live"),
    (
        Verb(Verb::Restart),
        "restarting, restarted, rebooting, shut down, shutting down, shutdown, stop .. service, stop .. services, stop .. server, stopping .. server, start .. service, power off, power down, bounce, start up, starting up, turn .. server off, halt .. server, hibernate, suspend .. vm, respawn, reload .. service, stop .. container, stopping .. containers, stop .. instances, stop .. instance, shut .. down, spin .. down, power .. off, power .. down, bring .. up, start .. up",
    ),
    (Verb(Verb::Migrate), "migrate, migrates, migrating, migration*, migrations"),
    (
        Verb(Verb::Run),
        "run, runs, running, ran, execut*, invok*, start, starts, starting, launch .. script, kick off, kicking off, trigger*, spawn*, schedul*, fire up, firing up, fire off, exec, eval, evaluate code, set off, call out to",
    ),
    (
        Verb(Verb::Build),
        "build, builds, building, compil*, pipe .. into sh, pipe .. into bash, pipe .. to sh, pipe .. to bash, pipe into a shell, piping .. into, pipe .. into",
    ),
    (
        Verb(Verb::Install),
        "install*, pip install, add .. package, add .. packages, add .. dependency, add .. dependencies, adding .. dependency, adding .. dependencies, adding .. packages, new dependencies, new dependency, add new dependencies, dependencies, upgrade .. packages, upgrade .. dependencies, update .. dependencies, updating .. dependencies, npm install .. new, uv add, pip, apt, homebrew, sideload*, pull in .. dependency, pull in .. dependencies, add a library, add libraries, adding libraries, bump .. dependencies, bump dependencies",
    ),
    (
        Verb(Verb::Upload),
        "upload, uploads, uploaded, uploading, leak, leaks, leaking, leaked, expos*, exfiltrat*, paste, pastes, pasting, reveal*, print, prints, printing, printed, log out loud, transmit*, sync to, divulg*, display, print out, log .. secrets, dump .. to, echo, spill, email .. out, beam, sync .. to the cloud, back up to the cloud, give .. to third, pass .. on to, paste into",
    ),
    (
        Verb(Verb::Leave),
        "leave our, leave the, leaves our, leaves the, leave this, leaves this, leaves, leaving, out of the building, off the machine, off this machine, outside the company, out of house, to third parties, to outsiders, to a third party, third parties, third party, leaves this computer, leave this computer, leave my computer, leaves my computer, leave the machine, leave the building, leave the company, leaves the company, leave the network, leaves the network, leave my laptop, leaves my laptop, outside parties, with outsiders, externally",
    ),
    (
        Verb(Verb::Read),
        "read, reads, reading, look at, looking at, look into, looks at, to access, access the, access any, access my, access our, access files, access data, access customer, accesses, accessing, view, viewing, inspect*, peek, snoop*, browse through, go through, going through, enter, see the contents, query, querying, look up, search through, cat, open up, glance at, poke around in, poke around, rummage*, dig through, dig into, listen to, screenshot, screenshots",
    ),
    (Verb(Verb::Open), "open, opens, opened, opening"),
    (
        Verb(Verb::Fetch),
        "fetch*, download*, browse, browsing, scrap*, crawl*, crawling, visit*, surf, surfing, internet access, network access, web access, network requests, network calls, make .. requests, external requests, http requests, outbound requests, go online, going online, api calls, api requests, api call, web requests, connect to, connecting to, outbound connections, hit the network, hit external, call external, ping external, google, googling, web search, search the web, searching the web, spider",
    ),
    (
        Verb(Verb::Archive),
        "archive, archives, archiving, archived, mark .. as read, label, labelling, snooz*, mark as read, mark .. read, star, starring, tag .. as, pin, pinning, mark as spam",
    ),
    (
        Verb(Verb::Act),
        "act, acts, acting, action, actions, do, does, doing, proceed*, continue*, continuing, carry on, carry out, carrying out, move forward, moving forward, go on, take .. action, takes .. action, taking .. action, take .. actions, taking any action, taking any actions, perform*, implement*, implementing, take .. step, take .. steps, next step, do things, do stuff, operate",
    ),
    (Verb(Verb::Use), "use, uses, using, used, employ, employing"),
    // -- things
    (
        Object(Object::File),
        "file*, folder*, director*, document*, doc, docs, code, codebase, source, sources, download, downloads, content*, text of, lines of code, report*, function*, class, classes, module*, project",
    ),
    (
        Object(Object::Particular),
        "test, tests, config*, configuration*, photo*, picture*, image, images, video*, note, notes, pdf*, makefile, readme, schema*, wiki, spreadsheet*, sheet, sheets, attachment*, metrics, dataset*, history, address book, contacts, lockfile, changelog",
    ),
    (
        Object(Object::Data),
        "data, record*, row*, table*, databas*, information, info, entr*, details, statement*, sql, item*, thing*, stuff, object*, resource*, profile*, customer records, account data, spreadsheet data, entries, collection*, index, indices, keys in redis, stats",
    ),
    (
        Object(Object::Secret),
        "private, diary, diaries, secret*, sensitive data, confidential, private data, personal data, customer data, patient records, patient data, medical records, health records, user data, client data, personal information, confidential files, private keys, private key, sensitive files, sensitive information, private information, confidential information, hr files, salaries, salary data, payroll data, private messages, private files, customer information, personal files, employee records, env files, env file",
    ),
    (
        Object(Object::Credential),
        "credential*, password*, passphrase*, api key*, apikey*, key, keys, token*, login data, logins, certificates, ssh key*, 2fa, mfa, access token*, access key*",
    ),
    (
        Object(Object::Access),
        "permission*, access, access right*, rights, role, roles, privilege*, access control*, access level*, sharing settings, sharing, sharing permission*, visibility, admin rights, admin access, ownership, owners, firewall*, security group*, security settings, security setting, privacy settings, guardrail*, guard, guards, audit log, protection*, branch protection*, acl*, policies, iam, access list*, grants, admin, admins, security, virus scanner*, antivirus, anti virus, scanner, watchdog, safety check*, safeguard*, safety rail*, sandbox, seatbelt*, filter*",
    ),
    (
        Object(Object::Member),
        "member*, users, collaborator*, participant*, membership*, teammate*, administrators, user accounts, user account, account, accounts, customer account*, team member*, workers, contractor*, guests",
    ),
    (
        Object(Object::Money),
        "money, fund*, payment method*, scheduled payment*, standing order*, direct debit*, card, credit card*, company card, debit card*, bank, bank account*, budget, price, prices, expense*, wallet, crypto, stock, stocks, shares in, gift card*, salary, fee, fees, wage*, ad spend, payroll, cash, compensation*, payment details, payee*, iban, paypal, venmo, stripe, bitcoin, ether, tokens on chain, savings, loan, loans, portfolio, insurance, tax, taxes, receipts, petty cash, allowance, reimbursement*, billing, bills, spend, ads, ad budget, finances, accounting, ledger, checkout page, discount*, rebate*, credit note*, price change*, bonus*, markdown*",
    ),
    (
        Object(Object::Order),
        "order*, booking*, reservation*, subscription*, flight*, hotel*, ticket purchase*, trip, trips, purchase order*, cart, basket, plan tier, certificate, bags, baggage, passengers, cabin, seat, seats, vouchers, voucher, coupon*",
    ),
    (
        Object(Object::Event),
        "event*, meeting*, appointment*, calendar*, invite, invites, calendar entr*, standup, stand up meeting, meeting invite*, slot, slots, calender*, rsvp*",
    ),
    (
        Object(Object::Message),
        "message*, e mail*, email*, mail*, sms, text messages, chat*, dm, dms, letter*, newsletter*, conversation*, thread*, reply, replies, notification*, inbox, channel*, client, clients, customer*, anyone, anybody, someone, people, person, colleague*, contact, supplier*, vendor*, recipient*, call, calls, phone call*, reviewer*, team, colleagues, coworker*, everybody, everyone, press, journalist*, mailing list*, voicemail*, list of recipients, candidates, applicant*, tenants, patients, parents, landlord, neighbour*, neighbor*, partner*, comment, comments, boss, calender, calender invite*",
    ),
    (
        Object(Object::Post),
        "page, pages, website*, site, blog*, article*, forum*, social media, social network*, announcement*, video online, tweet*, story, stories, listing*, status update*, public channel*, posts, landing page*, wall, feed, feeds, podcasts, press release*, reddit, hacker news, mastodon, discord server",
    ),
    (
        Object(Object::Ticket),
        "issue*, ticket*, pull request*, merge request*, pr, prs, comment thread*, bug, bugs, bug report*, jira*, epics, review*, support ticket*, case file",
    ),
    (Object(Object::Branch), "branch*, repo, repos, repositor*, remote, remotes, upstream, origin, git history, tag, tags"),
    (
        Object(Object::System),
        "server*, production database, service*, system, systems, infrastructure, infra, cluster*, machine*, instance*, container*, vm, vms, environment*, host, hosts, network settings, dns, feature flag*, pipeline*, database server*, nodes, pods, deployment config*, load balancer*, queue, queues, proxy, gateway, lambda*, function app, workloads, namespace*, dns record*, ssl, vpn, staging server, flags, feature toggle*, rollout*",
    ),
    (Object(Object::Release), "release, releases, release candidate*, version, versions, build artifact*"),
    (
        Object(Object::Package),
        "package*, dependenc*, librar*, plugin*, software, extension*, module from, app, apps, tools globally, modules, dependencies, gems, crates, wheel, wheels",
    ),
    (
        Object(Object::Program),
        "command*, script*, program*, binar*, executable*, shell command*, terminal, code execution, macro*, job, jobs, workflow*, notebook cells, cron job*, cron, crontab*, cronjob*, scheduled task*, scheduled job*, automation*, subagent*, sub agent*, makefile target*, docker image*, installer*, curl pipe*",
    ),
    (Object(Object::Sudo), "root, superuser, elevated privileges, administrator mode"),
    (Object(Object::Internet), "internet, web, website access, network, link, links, url*, external site*, external api*, outside world"),
    (Object(Object::Tool), "tool, tools, tool call, tool calls, browser tool, any tool"),
    (
        Anything,
        "anything, everything, something, any of it, any of them, all of it, all of them, any action, any actions, every action, all actions, any step, any steps, each step, every step, any operation, any operations, whatever, any tool, any tools, any change, any changes, all changes, every change, a thing, any of my, any command, each action, any task, any tasks, operations, anything at all, any stuff, nothing at all, all that, any old thing, whatever it is, any such action, any such actions",
    ),
    (Umbrella(Umbrella::Destructive), "destructive*, destructively, data loss, lossy"),
    (
        Umbrella(Umbrella::Grave),
        "irreversible, irrevocabl*, irreversibly, not reversible, can t be undone, cant be undone, cannot be undone, can not be undone, not be undone, undoable, hard to undo, hard to reverse, unrecoverable, permanent, permanently, risky, dangerous, harmful, critical, consequential, impactful, high impact, high risk, high stakes, sensitive actions, sensitive action, sensitive operations, important actions, important steps, drastic, major, significant, serious, binding, has consequences, with consequences, of consequence, side effects, with side effects, big, important",
    ),
    (
        Umbrella(Umbrella::External),
        "external, externally, outward facing, outward, public facing, external effects, externally visible, outside effects, customer facing, leaves the machine, outside the sandbox, affects others, affects other people, other people see",
    ),
    (
        Umbrella(Umbrella::Changing),
        "anything that changes, anything that modifies, anything that writes, anything that mutates, state changing, mutating, modifying actions, write operations, write operation, write actions, write access, writes, changes state, changing anything, modifying anything, change anything, modify anything, changes something, modifies something, changing something, make .. changes, making .. changes, making any changes, apply .. changes, applying .. changes, statement that writes, commands that change, alters state, has an effect",
    ),
    (
        Place,
        "prod, production, staging, live, the live site, live environment, production environment, prod environment, production database, prod db, production db, live database, production server*, prod server*",
    ),
    // -- words, not deeds
    (
        Saying,
        "dont do anything i wouldnt do, do not do anything i wouldnt do, do not do anything i would not do, lie, lies, lying, mention*, invent, inventing, hallucinat*, guess, guessing, assume anything, apologis*, apologiz*, pretend*, speculat*, exaggerat*, repeat yourself, repeat, claim*, promise*, suggest that, imply, say, says, saying, said, argue, sugarcoat, explain, summaris*, summariz*, describe, judge, be rude, be too, be so, complain*, flatter*, joke, joking, praise, think, believe, fabricat*, make up, making up, make things up, mislead*, deceiv*, cite, citing, credit, quote, swear, cursing, tell me what, tell lies, refer to, talk about, talk in, talk like, speak in, hedge, worry, panic, rush, get distracted, digress, ramble, waste time, be afraid, be shy, disclose that you, reveal that you, lecture, moraliz*, patroniz*, recommend, recommendations, opinion*, greet*, thank, i wouldnt do, i would not do, wouldn t do, remember, know, understand, provide .. information, be sarcastic, be sloppy, be lazy, be verbose, be creative, bore, ask stupid",
    ),
    (
        Style,
        "emoji*, em dash*, dash*, bullet point*, bullet*, heading*, jargon, slang, tone, formal*, informal*, polite*, concise*, brief*, short*, verbose, long winded, filler*, buzzword*, cliche*, comma*, semicolon*, exclamation*, capital letters, abbreviation*, passive voice, oxford comma, first person, third person, tabs, spaces, indent*, camelcase, snake case, snake_case, naming, variable name*, style, english, german, french, spanish, language, wording, phrase*, sentence*, paragraph*, word, words, adjective*, answer in, answers short, reply in, replies short, respond in, respond with, answer with, answer briefly, reply briefly, emojis, commit message*, in .. commits, in commits, commit title*, co author*, coauthor*, trailer*, footer*, signature, subject line, comments in code, code comments, in comments, inline comments, comments in the code, docstring*, global variables, inheritance, composition, any type, globals, magic numbers, lodash, jquery, regex, unwrap, var, else, goto, type annotations, tests first, tdd, markdown, latex, table of contents, greeting*, closing line*, code style, functional style, type hints, console log, print statements, todo, todos, metric units, imperial units, celsius, 24 hour, iso dates, date format, careful, carefully, thorough, judgement, judgment, good judgement, helpful, honest, truthful, professional, friendly, be nice, patient with, professional tone",
    ),
    (
        Small,
        "the, this, that, these, those, it, its, i, me, my, mine, you, your, yours, we, us, our, ours, they, them, their, he, she, his, her, him, of, in, on, to, for, with, from, by, at, as, into, onto, about, than, so, such, be, been, being, is, are, am, get, gets, got, will, would, could, might, please, pls, any, all, some, ever, first, explicitly, explicit, prior, own, more, most, much, many, every, each, there, here, want, wants, wish, like, likes, d, s, ll, re, ve, m, t, just, even, really, simply, directly, clearly, actually, absolutely, completely, entirely, strictly, ever again, again, whatsoever, at all, still, too, very, let, lets, who, whom, rather, unless, hey, hi, thanks, thank you, time, times, kind, sort, way, user, users, human, humans, operator, supervisor, boss, owner, manager, someone, somebody, whole, entire, other, others, another, both, either, same, new, old, something like, necessary, necessarily, due, also, list, details, explicit, wait, waits, waiting, stop and, always, agent, bot, assistant, tell, told, gave, give, gives, given, say, says, said, is to, are to, about to, going to, if you want to, need, needed, up, out, off, down, away, back, over to, things, one of, kinds, types, type, single, specific, actual, possible, now, later, tomorrow, rule, rules, new rule, note, remember, important, reminder, remind, from now on, going forward, henceforth, ever since, that i, what i, which i, got it, case, cases, and then, end, start of, end of, right away, right now, discuss, let s, between us, gets to, able, in order, feels, reason, reasons, any reason, ask me, my name, in my name, on my behalf, behalf, name, take, takes, taking, took, come, comes, coming, keep, keeps, second, third, proactively offer, offer, offers, offering, look, involving, involves, involve, related, regarding, concerning, affecting, affects, affect, touches on, reaching, directly or indirectly, personally, myself, yourself, itself, him, anyone else, intention, intend, plan to, planning to, if necessary, matter what, no matter, no matter what, matter, whatever happens, happens, circumstances, ever, sure, yes, no way, no one but me, someone else, draft*, small, simple, good, better, best, prefer*, inside, within, under, not you, plz, plss, thx, ty, cheers, existing, permitted, under any circumstances, under any circumstance, u, ur, b4, im, ill, id, ive, thou, shalt, btw, fyi, imo, asap, kindly, would you, mind, group, groups, lists, everyone s, day, far, last, next, week, our own, certain, various, several, few, couple, somewhere, anywhere, everywhere, at once, all at once, in bulk, bulk, mass, whole lot, lot, lots, amount, amounts, number, numbers, total, sum, sums, value, size, under my name, using, via, through, across, between, against, upon, among, towards, per se, exactly, precisely, fully, properly, beyond that, i d prefer, i d rather, i d like, i want, i need, i would like, i would prefer, i would rather, it s, that s, there s, he s, own initiative, entire contents, currently, anyone s, anybody s, old stuff, stay, stays, remain, remains, supposed, expected, happen, done, seen, ending, ends, named, called, matching, extension, extensions",
    ),
    (
        Verb(Verb::Truncate),
        "format the disk, format the drive, reformat the disk, reformat the drive, format any disk, format disks, format drives",
    ),
    (Verb(Verb::Close), "close, closes, closed, closing, reopen, reopening, resolve, resolving, mark .. done, mark .. resolved"),
    (Verb(Verb::Unsubscribe), "unsubscrib*, unfollow*, opt out, opting out, opt me out, leave .. list, mute, muting"),
    (
        Verb(Verb::Switch),
        "turn off, turning off, turned off, turn on, turning on, turn up, turn down, turn .. off, turn .. on, turn .. down, turn .. up, switch off, switching off, switch on, switch .. off, switch .. on, shut off, shutting off, power on, power cycle, dim, arm, disarm",
    ),
    (
        Object(Object::Device),
        "heating, thermostat*, light, lights, lamp*, door, doors, garage, alarm, alarms, lock, locks, oven, camera, cameras, printer*, car, vehicle*, robot*, boiler, sprinkler*, valve*, pump*, blinds, ac, air con, air conditioning, router, appliance*, plug, plugs, gate, sensor*",
    ),
    (Object(Object::Process), "process, processes, daemon*, background job*, sessions, zombie process*"),
    (Time(31_536_000), "year, yearly, annually, per year, this year"),
    (Number(40), "forty"),
    (Number(60), "sixty"),
    (Number(80), "eighty"),
    (Number(200), "two hundred"),
    (Number(500), "five hundred"),
    (Number(11), "eleven"),
    (Object(Object::Invoice), "invoice*, bill, bills"),
    (
        Postpone,
        "hold off, hold off on, hold back on, hold back, wait with, put off, pause on, don t start on, postpone, postpones, defer, delay, shelve, put on ice, keep on hold, put on hold, on hold",
    ),
    (
        Elsewhere,
        "everywhere else, anywhere else, elsewhere, otherwise, anything else, everything else, all else, the rest, any other case, all other cases, all others, for others, for all others, anything above that, above that, beyond that, over that, anything pricier, anything costlier, anything dearer, more than that, anything other than that",
    ),
    (
        Object(Object::Disk),
        "disk, disks, drive, drives, partition*, volume, volumes, ssd, usb, usb stick*, usb drive*, sd card*, hard drive*, hard disk*, filesystem*",
    ),
];
