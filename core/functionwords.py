"""The small words of a language: articles, pronouns, prepositions, auxiliaries. They tell a language, and are never a theme.

Folded as :mod:`hubbub.core.folding` folds. Of Greek and Hindi there are also those of people who write them in Latin letters,
where spelling is everybody's own ("greeklish" writes ``x`` or ``h`` or ``ch`` for one letter).
"""

from __future__ import annotations

from collections.abc import Mapping

from .folding import FOLDS

_LISTS = {
    "ca": "el la els les un una i o que de del dels a al en amb per per que no es son esta ser va ha he hem han molt mes "
    "aquest aquesta aixo tot tots com quan pero perque si ja ens us em et li seu seva meu meva fins des sense sobre "
    "avui aqui",
    "cs": "a i o v ve na se si je jsem jsi jsou byl byla bylo to ten ta ti tak ze do od pro po za s z u k ke jak jako ale "
    "kdyz co kdo kde uz jen jeste by aby nebo muj moje nas vas jeho ktery ktera ktere neni nema mam mas mate dnes",
    "da": "og i at er det en et den de til pa som med for af ikke der har jeg du han hun vi var men sig fra om eller kan "
    "skal vil hvis hvad hvor nar ogsa meget min mit din dit nu bare lige efter blev bliver noget nogen sa ud op over "
    "ind mig dig",
    "de": "der die das den dem des ein eine einen einem einer und oder aber ist sind war waren bin bist hat haben hatte ich "
    "du er sie es wir ihr mich dich mir dir uns euch nicht kein keine mit von zu zum zur auf fur im in an am aus bei "
    "nach vor uber um als wie wenn weil dass auch noch nur schon so sehr mehr immer was wer wo warum man wird werden "
    "kann muss mein meine dein heute jetzt hier da doch mal ja nein alle alles durch ohne gegen bis dann",
    "el": "ο η το οι τα του τησ των τον την τη στο στη στην στον στα στουσ στισ και κι να θα δεν δε μη μην με σε για απο ωσ "
    "που πωσ πωσ τι ποιοσ οτι αν οταν ειναι ειμαι εισαι ημουν ηταν εχω εχει εχουν εχουμε ενα ενασ μια μου σου μασ σασ "
    "τουσ αυτο αυτα αυτη αυτοσ αλλα ομωσ η ουτε και πολυ πιο οσο ολα ολοι τωρα εδω εκει σημερα γιατι επειδη μετα πριν "
    "μονο ακομα ηδη οπωσ κατι καθε καποιοσ μεσα χωρισ τησ τοτε ετσι οχι ναι κανει ολο",
    "en": "the a an and or but of to in on at for from with by is are was were be been am i you he she it we they me him "
    "her us them my your his its our their this that these those not no do does did don t s m re ve ll have has had "
    "will would can could should just so what when where who why how if than then there here all more most very about "
    "into over after before out up as because been being get got some any only also now today one",
    "es": "el la los las un una unos unas y e o u de del a al en con por para que no es son era fue ser esta estan estoy "
    "este esto estos estas ese eso esa se me te le les lo nos os mi mis tu tus su sus yo tu ella ellos nosotros pero "
    "porque como cuando donde quien si ya muy mas menos tambien todo todos toda nada algo hay he ha han hoy ahora "
    "aqui sin sobre hasta desde entre tan solo asi ni cada va voy tengo tiene hace bien siempre nunca",
    "fi": "ja on ei se han me te ne mina sina etta mutta tai kun jos niin kuin myos oli ole olen olet ovat en emme eivat "
    "ettei mika mita kuka joka jotka tama tassa tuo sita siina nyt viela vain kanssa hyvin koko minun sinun meidan "
    "vaan jo taas pois",
    "fr": "le la les un une des du de au aux et ou mais que qui quoi dont a en dans sur avec pour par sans sous chez est "
    "sont etait suis es etre ai as avez avons ont avait je j tu il elle on nous vous ils elles me m te se s ce c "
    "cette ces cet ca mon ma mes ton ta tes son sa ses notre votre leur leurs ne n pas plus tres trop bien tout tous "
    "toute comme quand si y d l qu deja encore aussi alors donc car fait faire moi toi lui rien jamais toujours ici",
    "hr": "i u je se na da su za od do sa s iz o po kao ali ili ne nije nisu bio bila bilo biti sam si smo ste koji koja "
    "koje sto sta kako kada kad gdje gde jer samo vec jos vrlo ovaj ova ovo taj ta to moj moja nas vas njegov danas "
    "sve svi ima nema",
    "hu": "a az es hogy nem is egy ez van volt meg de ha csak mint mar ki be el fel le mert vagy en te o mi ti ok nagyon "
    "most itt ott minden kell lesz lehet sem azt ezt akkor amikor aki ami mit miert hol igen jo olyan",
    "id": "yang dan di ke dari untuk dengan ini itu tidak ada adalah saya aku kamu dia kami kita mereka akan sudah bisa "
    "juga atau tapi karena kalau pada dalam lagi saja bukan apa siapa mana jadi sangat sekali hari orang seperti nya",
    "it": "il lo la i gli le un uno una e ed o ma di del della dei delle dello degli a al alla ai alle da dal dalla in nel "
    "nella nei con su sul sulla per tra fra che chi non e sono sei siamo era ho hai ha abbiamo hanno io tu lui lei "
    "noi voi mi ti si ci vi mio mia tuo tua suo sua questo questa quello quella come quando dove se perche piu molto "
    "anche ancora solo gia tutto tutti bene cosa poi ora oggi qui mai sempre c l d un essere fare fatto proprio",
    "nl": "de het een en of maar van in op aan te met voor door bij naar uit over om tot is zijn was waren ben bent heeft "
    "hebben had ik jij je u hij zij ze wij we jullie mij me hem haar ons hun niet geen wel dat die dit deze er hier "
    "daar wat wie waar hoe als dan ook nog al zo heel veel meer mijn jouw worden wordt kan moet gaat nu vandaag toch "
    "weer",
    "no": "og i at er det en et den de til pa som med for av ikke har jeg du han hun vi var men seg fra om eller kan skal "
    "vil hvis hva hvor nar ogsa veldig min mitt din ditt na bare etter ble blir noe noen sa ut opp over inn meg deg",
    "pl": "i a o w we z ze na do od po za dla nie tak to ten ta te jest sa byl byla bylo byc jestem jestes mam ma sie co "
    "kto jak kiedy gdzie czy ale lub albo bo tylko juz jeszcze bardzo moj moja nas was jego jej ktory ktora ktore "
    "mnie mi ci go ja ty on ona my wy oni dzis teraz tu tam przez przy",
    "pt": "o a os as um uma uns umas e ou de do da dos das em no na nos nas ao aos por pelo pela para pra com sem que nao e "
    "sao era foi ser esta estao estou esse essa este esta isso isto se me te lhe lo meu minha teu tua seu sua eu tu "
    "voce voces ele ela eles nos mas porque como quando onde quem ja muito mais menos tambem tudo todo todos nada so "
    "ate hoje agora aqui vai vou tem tenho ter fazer bem sempre nunca num numa ne q vc",
    "ro": "un o unei unui si sau dar iar de la in din pe cu pentru prin fara despre dupa pana este e sunt esti era erau fi "
    "fost am ai a au avem aveti are nu sa se ca ce cine care cand cum unde daca mai foarte tot toti toate eu tu el ea "
    "noi voi ei ele ma te il le imi iti isi ii va ne mi ti si meu mea mei mele tau ta lui lor acest acesta aceasta "
    "asta acum aici acolo azi doar inca deja cel cea cei cele al ale nici nimic fac face pot poate bine asa intr "
    "intre dintre decat",
    "sv": "och i att ar det en ett den de till pa som med for av inte har jag du han hon vi var men sig fran om eller kan "
    "ska vill vad vem hur nar ocksa mycket min mitt din ditt nu bara efter blev blir nagot nagon sa ut upp over in "
    "mig dig alla allt ju",
    "tr": "ve bir bu da de mi mu ne icin ile ama cok daha gibi en o su ben sen biz siz onlar var yok degil olan olarak "
    "kadar sonra her sey ki ya hem bana sana beni seni benim senin nasil neden niye simdi bugun hic zaten artik diye "
    "oldu oluyor",
    "bg": "и в на с за от до по не да се е са съм си ще че как какво кой къде кога но или като много още вече само този "
    "тази това тези аз ти той тя ние вие те ми му му ни ви им има няма беше при след без",
    "ru": "и в во не на я что он она они мы вы ты с со как а то все это но по из за от до у о об для к ко бы же ли или если "
    "когда где кто уже еще очень так только меня мне тебя тебе его ее их нас вас мой моя был была было быть есть нет "
    "при после без",
    "uk": "і й та в у на не з із зі що як це але до від за по для про я ти він вона ми ви вони так ще вже дуже тільки коли "
    "де хто якщо або мене мені тебе його її їх нас вас мій моя був була було бути є немає при після без щоб",
    "ar": "في من على الى إلى عن مع ان أن إن لا ما لم لن هذا هذه ذلك التي الذي هو هي هم انا أنا انت نحن كان كل قد يا او أو "
    "ثم بعد قبل حتى اذا إذا كيف متى اين ليس غير بين عند لكن",
    "he": "את של על לא זה זאת הוא היא אני אתה אנחנו הם יש אין כל עם אם כי גם רק מה מי איך למה אבל או כמו עוד כבר היה היתה "
    "להיות",
    "hi": "है हैं था थे की के का को में से और पर यह वह ये वो हम तुम आप मैं मुझे नहीं भी तो ही कर कि जो क्या कब कहाँ एक लिए "
    "अब बहुत",
}  # fmt: skip

_IN_LATIN = {
    "el": "kai ki na tha den dn de min me se gia apo os pou pos ti oti an otan einai eimai eisai imoun itan exo exw exei "
    "exoun exoume echo echei ena enas mia mou sou mas sas tous auto afto auta afta auti afti alla omos oute poly poli "
    "polu pio osa oso ola oloi tora twra edo edw ekei simera shmera giati epeidi meta prin mono akoma idi opos opws "
    "kati kathe mesa xoris xwris tote etsi oxi ohi nai kanei kala re vre sto stin sthn ston sta stous tis ths twn ton "
    "tin thn to tou i oi ta kalimera kalispera efxaristo euxaristo parakalo",
    "hi": "hai hain h tha thi the ki ke ka ko me mein main se aur par yeh ye wo woh vo hum tum aap ap mai mujhe mera meri "
    "mere tera teri nahi nhi nahin na bhi to toh hi kar karo karna karte kya kyu kyun kab kaha kahan kaise ek liye ab "
    "abhi bahut bohot koi kuch sab sabhi raha rahe rahi ho hua hui gaya gayi diya apna apne apni unka uska uski iska "
    "jo jab tak phir fir wala wale wali bhai yaar accha acha haan ji sirf baat",
}  # fmt: skip


def _folded(lists: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(map(FOLDS.__getitem__, words.split())) for language, words in lists.items()}


FUNCTION_WORDS: Mapping[str, frozenset[str]] = _folded(_LISTS)
"""By language (ISO 639-1)."""

IN_LATIN: Mapping[str, frozenset[str]] = _folded(_IN_LATIN)
"""The same of languages of another script, as they are typed in Latin letters."""
