-- What leases of an offer reach of the provider's network besides the internet: JSON. A lease has its own copy, made with its quote.
alter table offer add column network_exceptions text not null default '[]';
alter table quote add column network_exceptions text not null default '[]';
alter table lease add column network_exceptions text not null default '[]';
