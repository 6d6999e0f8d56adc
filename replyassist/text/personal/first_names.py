"""Given names common in the Nordic countries and Britain, with those of larger immigrant groups.

Kept short on purpose: a name here is recognised where a greeting, a sign-off or a surname supports it.
"""

from __future__ import annotations

_NORDIC = """
aage abel ada adam adele agda age agnes agneta agnete aina aino alexander alexandra alf alfred alice alina
alva alvar alvin amalie amanda amelia amund anders andrea andreas ane anette anita anja ann anna annbjørg
anne annelie annette annika anny anton antonia arild arja arne aron arthur arttu arvid arvo asbjørn aslak
aslaug astri astrid atle aud audun august aukusti aurora axel ayla barbro bart beata beate bengt benjamin
bente berit bernt bertil birger birgit birgitt birgitta birgitte bjarne bjarte björn bjørg bjørn bjørnar
bodil borghild brita britt britta bror brynhild börje børge camilla carina carita carl carola carolina
caroline casper catharina cato catrine cecilia cecilie charlotta charlotte christel christer christian
christina christine christoffer claes clara claus connie conny dagfinn dagmar dagny daniel daniela david
dennis ditte dorte dorthe ebba edel edvard edvart edvin eero eetu eeva egil egon eija eila eili eilif einar
einari eino eira eirik eivind ejnar elen elena elias elin elina eline elisa elisabet elisabeth elise ella
ellen elli ellinor elma elna elsa else elsebeth elvira emelie emil emilia emilie emma emmi emmy endre erik
erika erkki erlend erling ernst esa esben espen essi ester eva evelina evy fanny fatima filip finn flemming
frank fredrik fredrikke frida fride fritjof frode geir georg gerd gerda gisle gitte gjermund gorm greta
grete grethe gro gudrun gunilla gunn gunnar gunvor guri gustaf gustav göran gösta göte gøran haakon hallgeir
halvard halvor hanna hannah hannele hannes hannu hans harald harri hasse hedda hedvig heidi heikki helen
helena helene helga helge helle helmi hendrik henna henning henri henriette henriikka henrik henry herman
hilde hildur hilja hilma holger håkan håkon håvard iben ida idar iina iiris ilari ilkka ilmari ilona ilse
ina inari inga ingar inge ingebjørg ingeborg ingela ingemar inger ingolf ingrid ingunn ingvar ingvild inkeri
irene iris irja irma isabel isabell isabella isak ivan ivar jaakko jaana jacob jakob jan jani janina janne
jannicke jannike jarkko jarl jarle jarmo jasmin jeanette jeanne jenni jennie jennifer jenny jens jeppe
jesper jessica jimmy joakim joar joel johan johanna johanne johannes john johnny jon jonas joni jonna jonny
jorunn josef josefin josefine jostein jouko jouni juha juhana juhani jukka julia juliane julie julius jussi
justus jyri jyrki jytte jörgen jøran jørgen jørn kaare kaarina kaarlo kai kaija kaisa kajsa kalervo kalle
kari karianne karin karina karl karla karolina karoline karsten kaspar kasper katarina kate kathrine kati
katja katri katriina katrine kay keijo kenneth kent kerstin kerttu ketil kim kimmo kirsi kirsten kirsti
kirstine kjartan kjell kjersti kjetil klara klas klaus knud knut konsta kosti kristel kristen krister
kristian kristiina kristin kristina kristine kristoffer kurt kyllikki käthe kåre laila lars lasse laura
lauri lea leena leif leila lena lene lennart leo leon leonard lilian lilja lilli lillian lilly lina linda
linn linnea linus lisa lisbet lisbeth lise liselotte lone lotta lotte louise lovisa lovise lucas ludvig
lukas lydia lykke maarit mads magda magdalena magne magnhild magnus maia maija maiken maja malena malene
malin malthe marcus maren margareta margareth margaretha margit margot margrete margrethe mari maria mariam
mariann marianne marie marika mariken marina marit marita marja marjatta marjo marjut markku marko markus
marte martha marthe marthin martin martine mary mathea mathias mathilde mathis matias mats matti mattias
maud maurits max mette mia micael michael mika mikael mikaela mikkel mikko milja milla mille mina minna mira
miriam mirja mirjam mirva moa mogens mona monica monika monique morten moses märta mårten nanna nathalie nea
nelli nicklas niclas nicolai nicole niels niilo niina niklas niko nikolai nils nina njål noah noora nora
norunn oddbjørn oddny oddvar odin ola olaf olai olav olavi ole olea olga oline oliver olivia olli olof
onerva orvar oscar oskar oskari osmo otto outi ove paavo palle panu pasi patrik pauli pauliina paulina peder
peik pekka pelle pentti per pernilla pernille pertti petra petri petronella petter philip pia piia pirjo
pirkko poul preben päivi pär pål raakel rachel rafael ragna ragnar ragnhild raija raili raimo ralf randi
rasmus rauni rebecca rebecka rebekka reetta reidar reidun reijo reima reino renate richard riikka riitta
rikard rikke ritva roald robert robin roger roland rolf ronja ronny roy ruben runar rune ruth saara sakari
salla salli sami samu samuel samuli sander sandra sanna sanni sara sari saskia satu sebastian seija selma
seppo severin sigmund signe sigrid sigrun sigurd sigvard silja silje silvia simen simo simon sindre sini
sinikka siri sirpa sissel siv sivert sixten snorre sofia sofie solfrid solveig sondre sonja stefan steffen
stein steinar stella sten stian stine sture sturla sunniva susan susann susanna susanne suvi svante svein
sven svend sverre sylvi sylvia synne synnøve sören søren tage taina tanja tapani tapio tarja taru tea teemu
teija tellef tellervo teppo teresa terese terhi terje tero terttu tessa thea thelma theo theodor therese
thomas thor thorbjørn thore thorleif thorvald thyra tia tiia tiina tilda tilde tim timo tina tine tiril
tobias tom tomas tomi tommi tommy tone tonje topi tor tora torbjörn torbjørn tord tore torfinn torgeir
torgrim toril torill torkel torkil torleif torstein torsten torunn torvald tove trine troels trond trude
truls trygve tuija tuire tuomas tuomo tuovi tuula tuulia tuure tyra tyyne tønnes uffe ulf ulla ulrik ulrika
ulrikke unni urban urho ursula valdemar valter valtteri veera vegard veijo veikko venla vera verner veronica
veronika vesa vibeke victor victoria vidar vigdis viggo viktor viktoria vilde vilhelm vilho viljami viljo
villads ville vilma vincent viola virpi vivian väinö walter wenche wilhelm wilma yngvar yngve yngvild yrjö
yvonne åge åke åsa åse åshild åsmund åste öjvind øivind ørjan ørnulf østen øystein øyvind
"""

_BRITISH = """
aaron abigail adrian aidan aisha alan alastair alex alexa alfie alison alistair amber amelia amy andrew andy
angela anthony antonio arnold ashley barbara barry becky bella ben beth bethany betty beverley bob bonnie
brandon brenda brian bridget bruce caitlin callum cameron carl carla carol carole caroline carolyn catherine
cathy chantelle charles charlie chelsea cheryl chloe chris christopher cindy claire colin connor craig
cynthia daisy danielle danny darren dave dawn dean debbie deborah debra declan derek diana diane diego
dominic donald donna doris dorothy douglas duncan dylan eddie edith edward eileen elaine eleanor elizabeth
ellie elliot emily eric erin ethan eugene evan evelyn felix fiona florence frances francesca francis freddie
frederick freya gareth gary gavin gemma geoffrey george georgia georgina gerald geraldine gillian gina
gloria gordon graham greg gregory gwen hamish harriet harrison harry hazel heather hector hugh hugo iain ian
imogen isaac isla jack jackie jackson jacqueline jade jake james jamie jane janet janice jasmine jason jay
jayden jean jeff jeffrey jeremy jerry jill jim joan joanna joanne jodie joe jonathan jordan joseph josh
joshua joyce juan judith judy justin karen kate katherine kathleen kathryn katie katy kayleigh keith kelly
ken kerry kevin kieran kimberley kirsty kyle lauren laurence lawrence leah leanne lee leonard leslie lewis
liam lily linda lindsay lindsey liz lorna lorraine louis luca lucia lucy luke lynn lynne madeleine madison
maisie malcolm marc marcia margaret marilyn marion marjorie martha marvin matilda matthew maureen maurice
megan melanie melissa michelle mike millie mohamed molly morgan nadia nancy naomi natalie natasha nathan
neil nicholas nick nicola nigel norma norman oliver olwen owen paige pamela patricia patrick paul pauline
penelope peter phil philippa phillip phoebe poppy rachel ralph raymond rebecca reece reginald rhys rita rob
roberta rodney ronald rosemary rosie ross roxanne russell ryan sally sam samantha sarah scott sean shane
shannon sharon sheila shirley simone sophia sophie stacey stanley stephanie stephen steve steven stewart
stuart sue suzanne sylvia tara terence teresa terry tiffany timothy toby todd tony tracey tracy trevor tyler
valerie vanessa veronica vicky victor virginia wayne wendy william yvette zachary zara zoe
"""

_FURTHER = """
abbas abdi abdirahman abdul abdullah adnan agata agnieszka ahmad ahmed aleksandar aleksander aleksandr
aleksandra aleksi ali alicja amina amir amira amit ana anastasia andrei andrius andrzej aneta anil anita
anjali arash artur arvydas asad asha asma ayaan ayesha aylin azad barbara bartosz beata bilal bogdan bozena
carlos carmen chen cristian cristina dalia darius dariusz deepak dilan dmitri dorota edyta elif elzbieta
emine emre ewa fadumo faisal farah farhad farid fatemeh fatma fernando francisco gabriel gabriela giorgio
giulia goran grzegorz habib hadi hafsa halima hamid hamza hana hassan hodan huda hussein ibrahim idris igor
ikram imran ioana irina isabela ismail ivana iwona jamal jan jaroslaw javier jelena jerzy jian joanna joao
jolanta jorge jose josip karim karolina katarzyna khadija khalid krystyna krzysztof laila layla leyla li
linh luis luisa lukasz maciej magdalena mahmoud malgorzata marcin marek mariusz marta marwan mateusz mehmet
michal miguel mihai milan milena milos ming minh miroslav mohammad mohammed muhammad mustafa nadia nasrin
natalia nguyen nikola nur oleksandr olena omar osman pablo parisa patrycja pawel pedro piotr pooja priya
rafal rahul rajesh ramin rania rashid ravi reza ricardo roman roza rukhsana saeed sahar said salma samir
samira sanjay sergei sergio shabana shirin simona siyad slobodan sofija stanislaw sunita svetlana svitlana
sylwia tahir tariq tatiana tetiana thi tomasz umar usman vasile vesna vijay viktorija vladimir volodymyr
waleed waqas wei weronika wojciech xin yasmin yasmine ying yousef yuki yusuf zahra zainab zbigniew zeynep
zofia zoran
"""

_AMBIGUOUS_TEXT = """
amber anna are aud august bill bo bror charlotte chase chelsea dag daisy dawn dean drew eli else faith frank
georgia gerd grace gro guy hans helle hope huda inari ive jade jan joy kai lea lee li liv lone lumi mai mark
mars may meri ming odd odin onni outi paris pelle per poppy reima rita rose ruby rune rut salla satu sini siv
sol stein sten stig sue summer tage taimi tim toivo tom tor tuuli urban urho ville virginia wei will xin ying
"""
AMBIGUOUS = frozenset(_AMBIGUOUS_TEXT.split())
"""Names that are also everyday words or places in one of the five languages: they need more support."""

FIRST_NAMES = frozenset((_NORDIC + _BRITISH + _FURTHER).split()) | AMBIGUOUS
