import type { AbbreviationLists } from "./table.ts";

/** English abbreviations. */
export const ENGLISH: AbbreviationLists = {
  never: `
    dr drs mr mrs ms mx messrs mmes prof profs
    Gen Maj Col Lt Cpl Sgt Pvt Capt Cmdr Comdr Adm Brig Cdr Ens
    Sen Sens Rep Reps Gov Govs Pres Amb Atty Insp Supt Supts Det Hon Rev Fr Br Msgr Mgr
    Mt Mts Ft Pt Pte Ste
    e.g i.e f.e a.k.a w.r.t eg ie aka
    vs viz cf approx esp btw incl excl resp eds v c.f n.b
    med P.O Messrs
  `,
  number: `
    no nos vol vols fig figs sec secs sect ch chap chaps para paras eq eqs eqn p pp pg pgs
    art arts apt Rm Bldg ext tel est par ver
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
  `,
  capital: `
    etc ibid et_al
    min mins hr hrs yd yds lb lbs oz mph sq
  `,
  starter: `
    jr sr esq st ave blvd rd hwy ln dept govt univ assn assoc bros ft Rte
    M.D B.A M.A B.S M.S Ph.D J.D LL.B D.D.S R.N
    Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont
    Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo Ont Que
  `,
  time: `
    a.m p.m
  `,
  company: `
    co inc ltd corp cos plc llc
  `,
};
