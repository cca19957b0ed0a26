import type { AbbreviationLists } from "./table.ts";

/** German abbreviations. */
export const GERMAN: AbbreviationLists = {
  never: `
    Hr Hrn Frl dipl ing Fa Fam Hl Hll Prof Doz dr.med dr.phil dr.jur dr.rer dr.h.c rer nat h.c
    bzw bzgl ca evtl ggf inkl exkl zzgl abzgl vgl sog geb gest kath evang franz engl
    z.b d.h u.a o.ä u.ä z.t z.z z.zt i.d.r v.a s.o s.u u.u m.e i.a i.e.s d.i u.v.m
    insb insbes allg entspr lfd urspr versch zw einschl ausschl
    str.-nr betr ehem einschl
  `,
  number: `
    nr nrn Abs Abb Bd Bde Kap Anm Aufl Ziff Rdnr Rn Az s Zf Bl Tab Par
    Jän Mär Mai Okt Dez
    str tel
  `,
  capital: `
    usw usf dgl etc Pers
  `,
  starter: `
    Jh Jhd Jhdt Mio Mrd Tsd Std Sek Min Chr Hbf e.v a.d
  `,
};
