-- Which authority issued an authorisation: it clears only rules that this one can clear. Null for unknown, which clears
-- none that names an authority; those that were entered before are unknown until somebody enters them anew.
alter table authorisation add column regime text check (
  regime in ('US_BIS', 'US_OFAC', 'EU_DUAL_USE', 'UK_ECJU', 'NL_CDIU', 'JP_METI', 'SG_CUSTOMS', 'MY_MITI', 'CN_MOFCOM'));
